import { useEffect, useState } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { ApiError } from '../../core/web/api-error.ts'
import { call } from '../../core/web/call.ts'
import { inspectLink } from '../links.contract.ts'

/** The token stands behind #, which browsers do not send: only this page reads it. */
export const tokenInAddress = (): string => location.hash.slice(1)

type Link =
  | { state: 'looking' }
  | { state: 'spent'; error?: unknown }
  | ({ state: 'good' } & Reply<typeof inspectLink>)

/** What the one-time link in the address is for. Looking does not use it up. */
export function useLink(): Link {
  const [token] = useState(tokenInAddress)
  const [link, setLink] = useState<Link>(token === '' ? { state: 'spent' } : { state: 'looking' })
  useEffect(() => {
    if (token === '') return
    call(inspectLink, { body: { token } }).then(
      found => setLink({ state: 'good', ...found }),
      (error: unknown) =>
        setLink(
          error instanceof ApiError && error.code === 'link_spent'
            ? { state: 'spent' }
            : { state: 'spent', error },
        ),
    )
  }, [token])
  return link
}
