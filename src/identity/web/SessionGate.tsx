import { Button, Center, Loader, Stack } from '@mantine/core'
import { IconDoorOff } from '@tabler/icons-react'
import { lazy, type ReactNode, Suspense, useEffect, useMemo } from 'react'
import { setTimeZone } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { chooseLanguage, type Language } from '../../core/web/language.ts'
import { setLiveScope } from '../../core/web/live.ts'
import { useGo, usePath } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { RightsProvider } from '../../core/web/rights.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { getSession } from '../session.contract.ts'
import { SessionProvider } from './session.ts'
import { useSignOut } from './use-sign-out.ts'
import { useSwitch } from './use-switch.ts'

// Few see it, and it brings all that setting up a factor needs.
const OwedFactor = lazy(async () => ({ default: (await import('./OwedFactor.tsx')).OwedFactor }))

const Waiting = () => (
  <Center mih="100dvh">
    <Loader size="sm" aria-label={t('ui.loading')} />
  </Center>
)

/** Stands before every page but signing in and setting up: who is not signed in is sent there. */
export function SessionGate({ children }: { children: ReactNode }) {
  const { data: session, error, refetch } = useEndpoint(getSession)
  const go = useGo()
  const path = usePath()
  const state = session?.state
  useEffect(() => {
    // The address changes before this page is taken away: what is wanted next was decided by then.
    if (path === '/sign-in' || path === '/set-up') return
    if (state === 'set_up') go('/set-up', { replace: true })
    const next = path === '/' ? '' : `?next=${encodeURIComponent(path + location.search)}`
    if (state === 'signed_out') go(`/sign-in${next}`, { replace: true })
  }, [state, go, path])
  const workspace_id = session?.workspace?.id ?? ''
  useEffect(() => setLiveScope(workspace_id), [workspace_id])
  setTimeZone(session?.account?.time_zone ?? session?.workspace?.time_zone)
  useOwnLanguage(session?.account?.language)
  const can = useMemo(() => {
    const granted = new Set(session?.permissions)
    return (permission: string | undefined) => permission === undefined || granted.has(permission)
  }, [session?.permissions])
  if (error && !session) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!session || session.state !== 'signed_in') return <Waiting />
  if (!session.workspace && session.workspaces.length === 0) return <NoWorkspace />
  if (session.owes_second_factor) {
    return (
      <Suspense fallback={<Waiting />}>
        <OwedFactor workspace={session.workspace?.name ?? ''} passkeys={session.passkeys} />
      </Suspense>
    )
  }
  return (
    // Another workspace is another application: nothing that is on the screen may stay.
    <SessionProvider value={session} key={workspace_id}>
      <RightsProvider value={can}>
        {session.workspace ? children : <ChooseWorkspace workspaces={session.workspaces} />}
      </RightsProvider>
    </SessionProvider>
  )
}

/** What he has set on another device holds here too; until it is known, the browser decides. */
function useOwnLanguage(own: Language | null | undefined): void {
  useEffect(() => {
    if (own) chooseLanguage(own)
  }, [own])
}

function NoWorkspace() {
  const signOut = useSignOut()
  return (
    <main>
      <EmptyState
        icon={IconDoorOff}
        title={t('identity.noWorkspace.title')}
        action={
          <Button variant="default" onClick={signOut}>
            {t('identity.account.signOut')}
          </Button>
        }
      >
        {t('identity.noWorkspace.text')}
      </EmptyState>
    </main>
  )
}

/** The one looked at last is closed to this person now; there are others. */
function ChooseWorkspace({ workspaces }: { workspaces: readonly { id: string; name: string }[] }) {
  const switchTo = useSwitch()
  return (
    <main>
      <EmptyState icon={IconDoorOff} title={t('identity.chooseWorkspace.title')}>
        <Stack gap="xs">
          {workspaces.map(one => (
            <Button key={one.id} variant="default" onClick={() => switchTo(one.id)}>
              {one.name}
            </Button>
          ))}
        </Stack>
      </EmptyState>
    </main>
  )
}
