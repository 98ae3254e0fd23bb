import { Badge, Button } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { useChange, useEndpoint } from '../../core/web/query.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/toast.tsx'
import { RelativeTime } from '../../ui/values.tsx'
import { listSessions, revokeSession, revokeSessions } from '../session.contract.ts'
import { browserOf } from './browser.ts'
import { Row, Rows } from './Rows.tsx'
import { Section } from './Section.tsx'

/** Where one is signed in, each to be signed out by itself or all the others at once. */
export function SessionList() {
  const { data, error, refetch } = useEndpoint(listSessions)
  const after = { invalidates: [listSessions], onDone: () => showDone(t('identity.session.revoked')) }
  const one = useChange(revokeSession, after)
  const others = useChange(revokeSessions, after)
  const sessions = data?.items ?? []
  return (
    <Section
      title={t('identity.session.title')}
      text={t('identity.session.text')}
      action={
        sessions.length > 1 && (
          <Button
            variant="default"
            loading={others.pending}
            onClick={() => others.change({ query: { keep_current: 'true' } })}
          >
            {t('identity.session.revokeOthers')}
          </Button>
        )
      }
    >
      {error && <ErrorState error={error} onRetry={() => void refetch()} compact />}
      <Rows label={t('identity.session.title')}>
        {sessions.map(session => (
          <Row
            key={session.id}
            main={browserOf(session.user_agent)}
            more={
              <>
                {t('identity.session.seen')} <RelativeTime at={session.last_seen_at} />
                {session.passkey !== null &&
                  ` · ${t('identity.passkey.cameWith', { name: session.passkey })}`}
              </>
            }
            side={
              session.current ? (
                <Badge color="pine">{t('identity.session.current')}</Badge>
              ) : (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="clay"
                  disabled={one.pending}
                  onClick={() => one.change({ params: { id: session.id } })}
                  aria-label={t('identity.session.revokeNamed', { browser: browserOf(session.user_agent) })}
                >
                  {t('identity.session.revoke')}
                </Button>
              )
            }
          />
        ))}
      </Rows>
    </Section>
  )
}
