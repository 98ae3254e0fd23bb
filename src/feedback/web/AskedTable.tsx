import { Text } from '@mantine/core'
import { IconEyeOff, IconUsers } from '@tabler/icons-react'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import type { useInfinite } from '../../core/web/query.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import type { Column } from '../../ui/table/columns.ts'
import { DataTable } from '../../ui/table/DataTable.tsx'
import { NoValue, RelativeTime } from '../../ui/values.tsx'
import type { AskedRow, measureInvitations } from '../asked.contract.ts'
import classes from './AnswersTable.module.css'
import { isEmpty } from './is-empty.ts'

const instant = (at: string | null) => (at ? <RelativeTime at={at} /> : <NoValue />)

const person = ({ person: found }: AskedRow) =>
  found ? (
    <Link to={`/people/${found.id}`}>{found.name ?? t('feedback.asked.nameless')}</Link>
  ) : (
    <Text size="sm" c="dimmed">
      {t('feedback.asked.notShown')}
    </Text>
  )

const step = (name: 'opened_at' | 'started_at' | 'completed_at', width: number): Column<AskedRow> => ({
  id: name,
  label: t(`feedback.asked.${name}`),
  width,
  phone: false,
  render: row => instant(row[name]),
})

const columnsOf = (told: boolean): Column<AskedRow>[] => [
  { id: 'person', label: t('feedback.answers.person'), width: 220, main: true, render: person },
  ...(told
    ? [
        {
          id: 'reached',
          label: t('feedback.asked.reached'),
          width: 120,
          render: ({ reached }: AskedRow) => t(`feedback.score.${reached ?? 'invited'}`),
        },
      ]
    : []),
  {
    id: 'survey',
    label: t('feedback.score.survey'),
    width: 220,
    render: ({ survey }) => <Link to={`/surveys/${survey.id}`}>{survey.name}</Link>,
  },
  {
    id: 'created_at',
    label: t('feedback.asked.created_at'),
    width: 130,
    render: row => instant(row.created_at),
  },
  ...(told ? [step('opened_at', 130), step('started_at', 130), step('completed_at', 130)] : []),
]

interface AskedTableProps {
  label: string
  rows: Omit<ReturnType<typeof useInfinite<typeof measureInvitations>>, 'items'> & { items: AskedRow[] }
  total: number | null | undefined
  withheld: boolean
}

/** People who were asked by personal link, and how far each came. */
export function AskedTable({ label, rows, total, withheld }: AskedTableProps) {
  if (isEmpty(rows))
    return withheld ? (
      <EmptyState icon={IconEyeOff} title={t('feedback.asked.withheldTitle')}>
        {t('feedback.asked.withheldText')}
      </EmptyState>
    ) : (
      <EmptyState icon={IconUsers} title={t('feedback.asked.emptyTitle')}>
        {t('feedback.asked.emptyText')}
      </EmptyState>
    )
  return (
    <div className={classes.rows}>
      <DataTable<AskedRow>
        label={label}
        rows={rows.items}
        rowId={row => row.id}
        rowLabel={row => row.person?.name ?? t('feedback.asked.notShown')}
        columns={columnsOf(rows.items.some(row => row.reached !== null))}
        {...(typeof total === 'number' ? { total } : {})}
        hasMore={rows.has_more}
        loading={rows.is_loading}
        onMore={rows.more}
        error={rows.error}
        onRetry={rows.refetch}
      />
    </div>
  )
}
