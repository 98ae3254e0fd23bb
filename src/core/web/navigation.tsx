import { useLocation, useParams, useRouter } from '@tanstack/react-router'
import { type AnchorHTMLAttributes, type MouseEvent, useCallback, useMemo } from 'react'

// Addresses are plain text here: routes are composed from the areas at run time.

interface GoOptions {
  replace?: boolean
  /** What was typed here has been saved: nobody is asked whether to leave it. */
  saved?: boolean
}

/** Goes to an address of the application, e.g. `go('/people?sort=name')`. */
export function useGo(): (to: string, options?: GoOptions) => void {
  const { history } = useRouter()
  return useCallback(
    (to, options = {}) => {
      const { replace = false, saved = false } = options
      if (replace) history.replace(to, {}, { ignoreBlocker: saved })
      else history.push(to, {}, { ignoreBlocker: saved })
    },
    [history],
  )
}

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  to: string
  ref?: React.Ref<HTMLAnchorElement>
}

/** A real link that does not load the page anew; Ctrl, middle click and "open in a new tab" work as everywhere. */
export function Link({ to, onClick, children, ...rest }: LinkProps) {
  const go = useGo()
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return
    event.preventDefault()
    go(to)
  }
  return (
    <a {...rest} href={to} onClick={follow}>
      {children}
    </a>
  )
}

export function usePath(): string {
  return useLocation({ select: location => location.pathname })
}

/** `const { person_id } = usePathParams('person_id')`: what the page's address has in these places. */
export function usePathParams<Name extends string>(...names: Name[]): Record<Name, string> {
  const params = useParams({ strict: false }) as Record<string, string | undefined>
  return Object.fromEntries(names.map(name => [name, params[name] ?? ''])) as Record<Name, string>
}

type Search = Readonly<Record<string, string | undefined>>
type Patch = Record<string, string | number | boolean | null | undefined>

/** The part of the state that belongs into the address: filters, sorting, what is open. Null and '' remove. */
export function useSearchParams(): [Search, (patch: Patch, options?: GoOptions) => void] {
  const text = useLocation({ select: location => location.searchStr })
  const go = useGo()
  const { history } = useRouter()
  const search = useMemo(() => Object.fromEntries(new URLSearchParams(text)), [text])
  const set = useCallback(
    (patch: Patch, options: GoOptions = {}) => {
      // Read from the history, not from the last render: two patches in one handler must both survive.
      const now = history.location
      const next = new URLSearchParams(now.search)
      for (const [name, value] of Object.entries(patch)) {
        if (value === null || value === undefined || value === '') next.delete(name)
        else next.set(name, String(value))
      }
      const query = next.toString()
      go(`${now.pathname}${query ? `?${query}` : ''}`, options)
    },
    [go, history],
  )
  return [search, set]
}
