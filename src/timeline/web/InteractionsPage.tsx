import { Button, Text } from '@mantine/core'
import { IconActivity, IconZoomQuestion } from '@tabler/icons-react'
import { t } from '../../core/web/i18n.ts'
import { useLive } from '../../core/web/live.ts'
import { Link, useSearchParams } from '../../core/web/navigation.tsx'
import { useInfinite } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { RecordTitle } from '../../records/web/index.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page } from '../../ui/Page.tsx'
import type { Column } from '../../ui/table/columns.ts'
import { DataTable } from '../../ui/table/DataTable.tsx'
import { Money, NoValue, RelativeTime, SignedNumber } from '../../ui/values.tsx'
import { type ListedInteraction, listInteractions } from '../timeline.contract.ts'
import { channelName, kindName, sourceName, titleOf } from './channels.tsx'
import { InteractionsFilter } from './InteractionsFilter.tsx'
import { filterOf } from './interactions-query.ts'

/** All customers' interactions: the rows behind every number that counts them. */
export default function InteractionsPage() {
  const [search, set] = useSearchParams()
  const filter = filterOf(search)
  const list = useInfinite(listInteractions, { query: filter ? { filter } : {} }, { keep: true })
  useLive(['interaction'], () => {
    // Who reads further down is not thrown back to the top.
    if (list.items.length <= 60) list.refetch()
  })
  return (
    <Page
      title={t('timeline.interactions.title')}
      subtitle={t('timeline.interactions.subtitle')}
      layout="full"
    >
      <InteractionsFilter chosen={search} onChange={patch => set({ ...patch }, { replace: true })} />
      <DataTable<ListedInteraction>
        label={t('timeline.interactions.list')}
        rows={list.items}
        rowId={row => row.id}
        rowLabel={titleOf}
        columns={columns()}
        hasMore={list.has_more}
        loading={list.is_loading || list.is_loading_more}
        onMore={list.more}
        error={list.error}
        onRetry={list.refetch}
        empty={filter ? <NoneFit /> : <NoneYet />}
      />
    </Page>
  )
}

const who = ({ person_id, company_id }: ListedInteraction) => {
  if (person_id) return <RecordTitle kind="person" id={person_id} />
  if (company_id) return <RecordTitle kind="company" id={company_id} />
  return (
    <Text span size="sm" c="dimmed">
      {t('timeline.interactions.nobody')}
    </Text>
  )
}

const columns = (): Column<ListedInteraction>[] => [
  { id: 'what', label: t('timeline.interactions.what'), width: 260, main: true, render: titleOf },
  { id: 'who', label: t('timeline.interactions.who'), width: 200, render: who },
  {
    id: 'at',
    label: t('timeline.interactions.at'),
    width: 140,
    render: row => <RelativeTime at={row.occurred_at} />,
  },
  {
    id: 'channel',
    label: t('timeline.interactions.channel'),
    width: 120,
    phone: false,
    render: row => channelName(row.channel),
  },
  {
    id: 'kind',
    label: t('timeline.interactions.kind'),
    width: 130,
    phone: false,
    render: row => kindName(row.kind),
  },
  {
    id: 'amount',
    label: t('timeline.interactions.amount'),
    width: 130,
    align: 'right',
    isBlank: row => row.amount_minor === null,
    render: ({ amount_minor, currency }) =>
      amount_minor === null || currency === null ? (
        <NoValue />
      ) : (
        <Money amount_minor={amount_minor} currency={currency} />
      ),
  },
  {
    id: 'feeling',
    label: t('timeline.interactions.feeling'),
    width: 100,
    align: 'right',
    phone: false,
    render: row => <SignedNumber value={row.feeling} />,
  },
  {
    id: 'source',
    label: t('timeline.interactions.source'),
    width: 140,
    phone: false,
    render: row => (row.source ? sourceName(row.source) : <NoValue />),
  },
]

const NoneFit = () => (
  <EmptyState icon={IconZoomQuestion} title={t('timeline.noneFound')}>
    {t('timeline.noneFoundText')}
  </EmptyState>
)

function NoneYet() {
  const can = useCan()
  return (
    <EmptyState
      icon={IconActivity}
      title={t('timeline.interactions.emptyTitle')}
      action={
        can('imports.run') && (
          <Button component={Link} to="/imports/new">
            {t('timeline.interactions.emptyAction')}
          </Button>
        )
      }
    >
      {t('timeline.interactions.emptyText')}
    </EmptyState>
  )
}
