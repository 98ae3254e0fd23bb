import { Button } from '@mantine/core'
import { IconMessageQuestion, IconPlus } from '@tabler/icons-react'
import { t } from '../../core/web/i18n.ts'
import { Link, useGo } from '../../core/web/navigation.tsx'
import { useInfinite } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page } from '../../ui/Page.tsx'
import { DataTable } from '../../ui/table/DataTable.tsx'
import { NumberOf, RelativeTime } from '../../ui/values.tsx'
import { listSurveys, type Survey } from '../surveys.contract.ts'
import { isEmpty } from './is-empty.ts'
import { StatusBadge } from './StatusBadge.tsx'

export default function SurveysPage() {
  const can = useCan()
  const go = useGo()
  const surveys = useInfinite(listSurveys)
  const create = can('surveys.manage') && (
    <Button component={Link} to="/surveys/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {t('feedback.surveys.new')}
    </Button>
  )
  return (
    <Page
      title={t('feedback.surveys.title')}
      subtitle={t('feedback.surveys.subtitle')}
      actions={create}
      layout="full"
    >
      {isEmpty(surveys) ? (
        <EmptyState
          icon={IconMessageQuestion}
          title={t('feedback.surveys.emptyTitle')}
          action={
            can('surveys.manage') && (
              <Button component={Link} to="/surveys/new">
                {t('feedback.surveys.emptyAction')}
              </Button>
            )
          }
        >
          {t('feedback.surveys.emptyText')}
        </EmptyState>
      ) : (
        <DataTable<Survey>
          label={t('feedback.surveys.list')}
          rows={surveys.items}
          rowId={survey => survey.id}
          rowLabel={survey => survey.name}
          columns={[
            {
              id: 'name',
              label: t('feedback.surveys.name'),
              width: 320,
              main: true,
              render: survey => <Link to={`/surveys/${survey.id}`}>{survey.name}</Link>,
            },
            {
              id: 'status',
              label: t('feedback.surveys.status'),
              width: 120,
              render: survey => <StatusBadge status={survey.status} />,
            },
            {
              id: 'kind',
              phone: false,
              label: t('feedback.surveys.kind'),
              width: 150,
              render: survey => t(`feedback.kind.${survey.kind}`),
            },
            {
              id: 'responses',
              label: t('feedback.surveys.answers'),
              width: 110,
              align: 'right',
              phone: survey => t('feedback.surveys.count', { count: survey.responses }),
              render: survey => <NumberOf value={survey.responses} />,
            },
            {
              id: 'created_at',
              label: t('feedback.surveys.created'),
              width: 150,
              render: survey => <RelativeTime at={survey.created_at} />,
            },
          ]}
          hasMore={surveys.has_more}
          loading={surveys.is_loading}
          onMore={surveys.more}
          error={surveys.error}
          onRetry={surveys.refetch}
          onOpen={survey => go(`/surveys/${survey.id}`)}
        />
      )}
    </Page>
  )
}
