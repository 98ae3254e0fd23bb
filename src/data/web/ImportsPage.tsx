import { Button, Group } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { t } from '../../core/web/i18n.ts'
import { useGo } from '../../core/web/navigation.tsx'
import { useInfinite } from '../../core/web/query.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page } from '../../ui/Page.tsx'
import type { Column } from '../../ui/table/columns.ts'
import { DataTable } from '../../ui/table/DataTable.tsx'
import { DateTime, NumberOf } from '../../ui/values.tsx'
import { type Import, listImports } from '../imports.contract.ts'
import { StatusBadge } from './StatusBadge.tsx'

const columns = (): Column<Import>[] => [
  { id: 'file', label: t('data.list.file'), width: 260, main: true, render: one => one.file.name },
  { id: 'kind', label: t('data.list.kind'), width: 130, render: one => t(`data.kinds.${one.kind}`) },
  { id: 'status', label: t('data.list.status'), width: 230, render: one => <StatusBadge of={one} /> },
  {
    id: 'rows',
    label: t('data.list.rows'),
    width: 110,
    align: 'right',
    phone: false,
    render: one => <NumberOf value={one.counts.rows} />,
  },
  {
    id: 'created',
    label: t('data.list.created'),
    width: 110,
    align: 'right',
    phone: false,
    render: one => <NumberOf value={one.counts.created} />,
  },
  {
    id: 'updated',
    label: t('data.list.updated'),
    width: 110,
    align: 'right',
    phone: false,
    render: one => <NumberOf value={one.counts.updated} />,
  },
  {
    id: 'rejected',
    label: t('data.list.rejected'),
    width: 110,
    align: 'right',
    phone: false,
    render: one => <NumberOf value={one.counts.rejected} />,
  },
  { id: 'when', label: t('data.list.when'), width: 190, render: one => <DateTime at={one.created_at} /> },
]

export default function ImportsPage() {
  const go = useGo()
  const imports = useInfinite(listImports)
  const start = <Button onClick={() => go('/imports/new')}>{t('data.list.new')}</Button>
  const actions = (
    <Group gap="xs">
      <Button variant="default" onClick={() => go('/found')}>
        {t('data.found.title')}
      </Button>
      {start}
    </Group>
  )
  const nothing = !imports.is_loading && !imports.error && imports.items.length === 0
  return (
    <Page title={t('data.list.title')} subtitle={t('data.list.subtitle')} actions={actions} layout="full">
      {nothing ? (
        <EmptyState icon={IconFileImport} title={t('data.list.emptyTitle')} action={start}>
          {t('data.list.empty')}
        </EmptyState>
      ) : (
        <DataTable
          label={t('data.list.label')}
          rows={imports.items}
          rowId={one => one.id}
          rowLabel={one => one.file.name}
          columns={columns()}
          hasMore={imports.has_more}
          loading={imports.is_loading}
          onMore={imports.more}
          error={imports.error}
          onRetry={imports.refetch}
          onOpen={one => go(`/imports/${one.id}`)}
        />
      )}
    </Page>
  )
}
