import { Button, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { t } from '../../core/web/i18n.ts'
import { invalidate, useChange, useEndpoint } from '../../core/web/query.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { InlineField } from '../../ui/field/InlineField.tsx'
import { RelativeTime } from '../../ui/values.tsx'
import { listPasskeys, renamePasskey } from '../passkeys.contract.ts'
import { listAccountEvents } from '../second-factor.contract.ts'
import { getSession, listSessions } from '../session.contract.ts'
import { AddPasskey, RemovePasskey } from './PasskeyDialogs.tsx'
import { passkeyObstacle } from './passkeys.ts'
import { Row, Rows } from './Rows.tsx'
import { Section } from './Section.tsx'
import { useSession } from './session.ts'

type Passkey = Reply<typeof listPasskeys>['items'][number]

/** To sign in with a finger, a face or the code of a device instead of the password. */
export function Passkeys() {
  const { data, error, refetch } = useEndpoint(listPasskeys)
  const { passkeys: place } = useSession()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Passkey | null>(null)
  const obstacle = passkeyObstacle(place)
  const changed = () => {
    setAdding(false)
    setRemoving(null)
    void invalidate([listPasskeys, listAccountEvents, listSessions, getSession])
  }
  const dialog = {
    asksPassword: data?.asks_password ?? true,
    mayConfirm: obstacle === undefined && (data?.items.some(one => one.works_here) ?? false),
    onDone: changed,
  }
  return (
    <Section
      title={t('identity.passkey.title')}
      text={t('identity.passkey.text')}
      action={
        obstacle === undefined &&
        data && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            onClick={() => void refetch().then(() => setAdding(true))}
          >
            {t('identity.passkey.add')}
          </Button>
        )
      }
    >
      {obstacle !== undefined && <Text size="sm">{obstacle}</Text>}
      {error && <ErrorState error={error} onRetry={() => void refetch()} compact />}
      {data?.items.length === 0 && obstacle === undefined && (
        <Text size="sm">{t('identity.passkey.none')}</Text>
      )}
      {data && data.items.length > 0 && (
        <Rows label={t('identity.passkey.title')}>
          {data.items.map(passkey => (
            <PasskeyRow
              key={passkey.id}
              passkey={passkey}
              onRemove={() => void refetch().then(() => setRemoving(passkey))}
            />
          ))}
        </Rows>
      )}
      {adding && <AddPasskey {...dialog} onClose={() => setAdding(false)} />}
      {removing && <RemovePasskey {...dialog} passkey={removing} onClose={() => setRemoving(null)} />}
    </Section>
  )
}

function PasskeyRow({ passkey, onRemove }: { passkey: Passkey; onRemove: () => void }) {
  const { id, name, rp_id, works_here, synced, created_at, last_used_at } = passkey
  const { changing } = useChange(renamePasskey, { quiet: true, invalidates: [listPasskeys, listSessions] })
  return (
    <Row
      main={
        <InlineField
          label={t('identity.passkey.name')}
          kind="text"
          bare
          required
          value={name}
          onCommit={next => changing({ params: { id }, body: { name: String(next) } })}
        />
      }
      more={
        <>
          {t('identity.passkey.made')} <RelativeTime at={created_at} /> ·{' '}
          {last_used_at === null ? (
            t('identity.passkey.unused')
          ) : (
            <>
              {t('identity.passkey.used')} <RelativeTime at={last_used_at} />
            </>
          )}
          {synced && <> · {t('identity.passkey.synced')}</>}
          {!works_here && <> · {t('identity.passkey.onlyAt', { host: rp_id })}</>}
        </>
      }
      side={
        <Button
          size="compact-sm"
          variant="subtle"
          color="clay"
          onClick={onRemove}
          aria-label={t('identity.passkey.removeNamed', { name })}
        >
          {t('identity.passkey.remove')}
        </Button>
      }
    />
  )
}
