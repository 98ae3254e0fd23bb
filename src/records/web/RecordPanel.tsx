import { Button, Group, Stack, Tabs, Title } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { call } from '../../core/web/call.ts'
import { t } from '../../core/web/i18n.ts'
import { invalidate, useChange } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { usePanelHistory } from '../../ui/panel-history.ts'
import { showUndo } from '../../ui/toast.tsx'
import type { Kind } from '../kind.contract.ts'
import { endpointsOf } from '../records.contract.ts'
import { RecordFields } from './RecordFields.tsx'
import { RecordHistory, type TieTeller } from './RecordHistory.tsx'
import { titleOf, useRecord } from './record.ts'

/** A record beside its list, as every kind has it. */
export function RecordPanel({
  kind,
  id,
  Teller,
}: {
  kind: Kind
  id: string
  Teller?: TieTeller | undefined
}) {
  const { record, error, retry } = useRecord(kind, id)
  const can = useCan()
  if (error && !record) return <ErrorState error={error} onRetry={retry} />
  if (!record) return null
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h4">
          {titleOf(kind, record)}
        </Title>
        {can('records.delete') && <DeleteRecord kind={kind} id={record.id} />}
      </Group>
      <Tabs defaultValue="fields" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="fields">{t('records.panel.fields')}</Tabs.Tab>
          {can('history.read') && <Tabs.Tab value="history">{t('records.panel.history')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="fields" pt="sm">
          <RecordFields kind={kind} id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="history" pt="sm">
          <RecordHistory kind={kind} id={id} Teller={Teller} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  )
}

/** Deletes at once: the way back is in the message. */
export function DeleteRecord({ kind, id }: { kind: Kind; id: string }) {
  const endpoints = endpointsOf(kind)
  const panel = usePanelHistory()
  const after = [endpoints.list, endpoints.count]
  const { change, pending } = useChange(endpoints.remove, {
    invalidates: after,
    onDone: () => {
      panel.close()
      showUndo({
        message: t('records.panel.deleted'),
        undo: async () => {
          await call(endpoints.restore, { params: { id } })
          await invalidate([...after, endpoints.get])
        },
      })
    },
  })
  return (
    <Button
      flex="none"
      size="compact-sm"
      variant="subtle"
      color="clay"
      leftSection={<IconTrash size={14} />}
      loading={pending}
      onClick={() => change({ params: { id } })}
    >
      {t('records.panel.delete')}
    </Button>
  )
}
