import { Badge, Button } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange, useInfinite } from '../../core/web/query.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { useCommands } from '../../ui/palette/commands.ts'
import { RelativeTime } from '../../ui/values.tsx'
import { listKeys, revokeKey } from '../keys.contract.ts'
import { NewKey } from './NewKey.tsx'
import { Row, Rows } from './Rows.tsx'

type ApiKey = Reply<typeof revokeKey>

export default function KeysPage() {
  const keys = useInfinite(listKeys)
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const { change, pending } = useChange(revokeKey, {
    invalidates: [listKeys],
    onDone: () => setRevoking(null),
  })
  const make = () => setMaking(true)
  useCommands([
    { id: 'key new', label: t('identity.key.new'), group: t('identity.key.title'), keys: 'n', run: make },
  ])
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={make}>
      {t('identity.key.new')}
    </Button>
  )
  const empty = !keys.is_loading && !keys.error && keys.items.length === 0
  return (
    <Page
      title={t('identity.key.title')}
      subtitle={t('identity.key.subtitle')}
      layout="narrow"
      actions={!empty && button}
    >
      {keys.error && <ErrorState error={keys.error} onRetry={keys.refetch} compact />}
      {empty && (
        <EmptyState icon={IconKey} title={t('identity.key.emptyTitle')} action={button}>
          {t('identity.key.empty')}
        </EmptyState>
      )}
      {keys.items.length > 0 && (
        <Rows label={t('identity.key.title')}>
          {keys.items.map(key => (
            <KeyRow key={key.id} apiKey={key} onRevoke={() => setRevoking(key)} />
          ))}
        </Rows>
      )}
      {keys.has_more && (
        <Button mt="md" variant="default" loading={keys.is_loading_more} onClick={keys.more}>
          {t('identity.more')}
        </Button>
      )}
      <NewKey opened={making} onClose={() => setMaking(false)} />
      <ConfirmDialog
        opened={revoking !== null}
        title={t('identity.key.revokeTitle', { name: revoking?.name ?? '' })}
        confirmLabel={t('identity.key.revoke')}
        danger
        pending={pending}
        onConfirm={() => revoking && change({ params: { id: revoking.id } })}
        onClose={() => setRevoking(null)}
      >
        {t('identity.key.revokeText')}
      </ConfirmDialog>
    </Page>
  )
}

function KeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { name, kind, role, prefix, last_used_at, revoked_at, origins } = apiKey
  const what = kind === 'write' ? t('identity.key.write') : t(`identity.role.${role ?? 'viewer'}`)
  return (
    <Row
      quiet={revoked_at !== null}
      main={name}
      more={
        <>
          <code>{prefix}…</code> ·{' '}
          {last_used_at ? (
            <>
              {t('identity.key.used')} <RelativeTime at={last_used_at} />
            </>
          ) : (
            t('identity.key.unused')
          )}
          {origins.length > 0 && <> · {t('identity.key.onlyFrom', { origins: origins.join(', ') })}</>}
        </>
      }
      side={
        <>
          <Badge color={kind === 'write' ? 'amber' : 'gray'}>{what}</Badge>
          {revoked_at ? (
            <Badge color="gray">{t('identity.key.revoked')}</Badge>
          ) : (
            <Button
              size="compact-sm"
              variant="subtle"
              color="clay"
              onClick={onRevoke}
              aria-label={t('identity.key.revokeNamed', { name })}
            >
              {t('identity.key.revoke')}
            </Button>
          )}
        </>
      }
    />
  )
}
