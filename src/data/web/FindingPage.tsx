import { IconListSearch } from '@tabler/icons-react'
import { ApiError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { usePathParams } from '../../core/web/navigation.tsx'
import { useEndpoint, useInfinite } from '../../core/web/query.ts'
import { RecordTitle } from '../../records/web/index.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import type { Column } from '../../ui/table/columns.ts'
import { DataTable } from '../../ui/table/DataTable.tsx'
import { DateTime, Money, NumberOf, SignedNumber } from '../../ui/values.tsx'
import {
  type FindingRow,
  getFinding,
  type ListedFinding,
  listedFindings,
  listFindingRows,
} from '../findings.contract.ts'
import { FindingStep } from './FindingStep.tsx'

/** The rows of one finding, each with what can be done about it. */
export default function FindingPage() {
  const { finding: asked } = usePathParams('finding')
  const finding = listedFindings.find(listed => listed === asked)
  if (!finding)
    return (
      <Page
        title={t('data.found.title')}
        breadcrumbs={[{ label: t('data.found.title'), to: '/found' }, { label: asked }]}
      >
        <ErrorState error={new ApiError({ status: 404, code: 'not_found' })} />
      </Page>
    )
  return <Rows key={finding} finding={finding} />
}

const rowId = (row: FindingRow) => `${row.id} ${row.other?.id ?? ''}`

function Rows({ finding }: { finding: ListedFinding }) {
  const list = useInfinite(listFindingRows, { query: { finding, limit: 100 } })
  const { data } = useEndpoint(getFinding, { query: { finding } })
  const nothing = !list.is_loading && !list.error && list.items.length === 0
  return (
    <Page
      layout="full"
      title={t(`data.found.${finding}.title`)}
      subtitle={t(`data.found.${finding}.text`)}
      breadcrumbs={[
        { label: t('data.found.title'), to: '/found' },
        { label: t(`data.found.${finding}.title`) },
      ]}
    >
      {nothing ? (
        <EmptyState icon={IconListSearch} title={t(`data.found.${finding}.none`)}>
          {t('data.found.noneText')}
        </EmptyState>
      ) : (
        <DataTable
          label={t(`data.found.${finding}.title`)}
          rows={list.items}
          rowId={rowId}
          rowLabel={row => row.name ?? ''}
          columns={columns[finding](() => list.refetch())}
          {...(typeof data?.count === 'number' ? { total: data.count } : {})}
          hasMore={list.has_more}
          loading={list.is_loading || list.is_loading_more}
          onMore={list.more}
          error={list.error}
          onRetry={list.refetch}
        />
      )}
    </Page>
  )
}

type Columns = (done: () => void) => Column<FindingRow>[]

const label = (key: string) => t(`data.found.columns.${key}`)
const name: Column<FindingRow> = {
  id: 'name',
  get label() {
    return label('name')
  },
  width: 220,
  main: true,
  render: row => <RecordTitle kind="person" id={row.id} />,
}
const other = (key: string): Column<FindingRow> => ({
  id: 'other',
  label: label(key),
  width: 220,
  render: row => row.other && <RecordTitle kind={row.other.kind} id={row.other.id} />,
})
const value = (key: string): Column<FindingRow> => ({
  id: 'value',
  label: label(key),
  width: 240,
  render: row => row.value,
})
const step = (finding: ListedFinding, done: () => void): Column<FindingRow> => ({
  id: 'step',
  label: label('step'),
  width: 200,
  phone: row => <FindingStep finding={finding} row={row} onDone={done} />,
  render: row => <FindingStep finding={finding} row={row} onDone={done} />,
})

const columns: Record<ListedFinding, Columns> = {
  duplicates: done => [
    name,
    other('other'),
    {
      id: 'reason',
      label: label('reason'),
      width: 200,
      render: row => row.reason && t(`data.found.reasons.${row.reason}`),
    },
    value('value'),
    step('duplicates', done),
  ],
  joinable: done => [name, value('email'), other('company'), step('joinable', done)],
  unhappy: () => [
    name,
    { id: 'what', label: label('what'), width: 260, render: row => row.value },
    {
      id: 'score',
      label: label('score'),
      width: 90,
      align: 'right',
      isBlank: row => row.score === null,
      render: row => <NumberOf value={row.score} />,
    },
    {
      id: 'feeling',
      label: label('feeling'),
      width: 160,
      align: 'right',
      phone: false,
      render: row => <SignedNumber value={row.feeling} />,
    },
    { id: 'at', label: label('at'), width: 190, render: row => <DateTime at={row.at} /> },
  ],
  concentration: () => [
    name,
    {
      id: 'amount',
      label: label('amount'),
      width: 160,
      align: 'right',
      render: row =>
        row.amount_minor !== null &&
        row.currency !== null && <Money amount_minor={row.amount_minor} currency={row.currency} />,
    },
  ],
  email_typos: done => [
    name,
    value('email'),
    { id: 'suggestion', label: label('suggestion'), width: 240, render: row => row.suggestion },
    step('email_typos', done),
  ],
  phones: () => [name, value('phone')],
}
