import { Text } from '@mantine/core'
import { IconEyeOff, IconMessages } from '@tabler/icons-react'
import type { Call } from '../../core/endpoint.ts'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import { useInfinite } from '../../core/web/query.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { DataTable } from '../../ui/table/DataTable.tsx'
import { NoValue, RelativeTime } from '../../ui/values.tsx'
import { measureUninvited } from '../asked.contract.ts'
import type { Measure } from '../measures.contract.ts'
import { listResponses, measureResponses, type SurveyResponse } from '../responses.contract.ts'
import classes from './AnswersTable.module.css'
import { isEmpty } from './is-empty.ts'
import { languageTold } from './language-name.ts'
import type { MeasureQuery } from './measure-query.ts'
import { ScoreMark } from './ScoreMark.tsx'

interface AnswersTableProps {
  identified: boolean
  /** Fills the page instead of standing on it. */
  fills?: boolean
  /** Which answers: of a survey, those that a measure counts, or those without a personal link. */
  source:
    | { survey_id: string }
    | { measure: Measure; query: Partial<Call<typeof measureResponses>['query']> }
    | { uninvited: MeasureQuery }
}

const comment = (answer: SurveyResponse) => {
  if (answer.comment_withheld)
    return (
      <Text size="sm" c="dimmed" fs="italic">
        {t('feedback.answers.commentWithheld')}
      </Text>
    )
  return answer.comment ?? <NoValue />
}

const person = ({ person: found }: SurveyResponse) =>
  found ? (
    <Link to={`/people/${found.id}`}>{found.name ?? t('feedback.answers.unknown')}</Link>
  ) : (
    <Text size="sm" c="dimmed">
      {t('feedback.answers.unknown')}
    </Text>
  )

const useAnswers = (source: AnswersTableProps['source']) => {
  const survey = useInfinite(
    listResponses,
    { params: { id: 'survey_id' in source ? source.survey_id : '' } },
    { enabled: 'survey_id' in source },
  )
  const measure = useInfinite(
    measureResponses,
    {
      params: { measure: 'measure' in source ? source.measure : 'nps' },
      query: 'measure' in source ? { ...source.query } : {},
    },
    { enabled: 'measure' in source, keep: true },
  )
  const uninvited = useInfinite(
    measureUninvited,
    {
      params: { measure: 'uninvited' in source ? source.uninvited.params.measure : 'nps' },
      query: 'uninvited' in source ? source.uninvited.links : {},
    },
    { enabled: 'uninvited' in source, keep: true },
  )
  if ('survey_id' in source) return survey
  return 'measure' in source ? measure : uninvited
}

/** The rows behind a figure. */
export function AnswersTable({ identified, source, fills = false }: AnswersTableProps) {
  const answers = useAnswers(source)
  const narrowed = !('survey_id' in source)
  const empty = answers.first_page?.withheld ? (
    <EmptyState icon={IconEyeOff} title={t('feedback.answers.withheldTitle')}>
      {t('feedback.answers.withheldText')}
    </EmptyState>
  ) : (
    <EmptyState
      icon={IconMessages}
      title={t(narrowed ? 'feedback.answers.emptyFiltered' : 'feedback.answers.emptyTitle')}
    >
      {t(narrowed ? 'feedback.answers.emptyFilteredText' : 'feedback.answers.emptyText')}
    </EmptyState>
  )
  if (isEmpty(answers)) return empty
  return (
    <div className={fills ? classes.whole : classes.rows}>
      <DataTable<SurveyResponse>
        label={t('feedback.answers.list')}
        rows={answers.items}
        rowId={answer => answer.id}
        rowLabel={answer => `${t('feedback.answers.score')} ${answer.score ?? ''}`}
        columns={[
          {
            id: 'score',
            label: t('feedback.answers.score'),
            width: 90,
            main: !identified,
            render: answer => <ScoreMark score={answer.score} band={answer.band} />,
          },
          {
            id: 'comment',
            label: t('feedback.answers.comment'),
            width: 340,
            isBlank: answer => !answer.comment && !answer.comment_withheld,
            render: comment,
          },
          ...(identified
            ? [{ id: 'person', label: t('feedback.answers.person'), width: 200, main: true, render: person }]
            : []),
          ...(identified
            ? [
                {
                  id: 'submitted_at',
                  label: t('feedback.answers.at'),
                  width: 140,
                  render: (answer: SurveyResponse) => <RelativeTime at={answer.submitted_at} />,
                },
              ]
            : []),
          ...['place', 'touchpoint'].map(id => ({
            id,
            label: t(`feedback.answers.${id}`),
            width: 120,
            phone: false as const,
            isBlank: (answer: SurveyResponse) => !answer[id as 'place'],
            render: (answer: SurveyResponse) => answer[id as 'place'] ?? <NoValue />,
          })),
          {
            id: 'language',
            label: t('feedback.answers.language'),
            width: 110,
            phone: false,
            render: answer => languageTold(answer.language),
          },
        ]}
        hasMore={answers.has_more}
        loading={answers.is_loading}
        onMore={answers.more}
        error={answers.error}
        onRetry={answers.refetch}
      />
    </div>
  )
}
