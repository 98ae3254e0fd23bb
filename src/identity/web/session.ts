import { createContext, useContext } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { queries } from '../../core/web/query.ts'
import type { getSession } from '../session.contract.ts'

export type SessionState = Reply<typeof getSession>

const Session = createContext<SessionState | null>(null)
export const SessionProvider = Session.Provider

/** Who is signed in and where; only inside the gate. */
export function useSession(): SessionState {
  const session = useContext(Session)
  if (!session) throw new Error('there is no session outside the gate')
  return session
}

/** What one person or workspace has seen must not stay on the screen of the next. */
export const forgetEverything = (): void => queries.clear()

/** Only an address of this application: a link to the sign-in page must not lead elsewhere. */
export const safeNext = (next: string | undefined): string =>
  next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/'
