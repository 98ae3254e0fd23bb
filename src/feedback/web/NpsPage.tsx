import { Button, Card, Group, Select, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconGauge } from '@tabler/icons-react'
import { formatDateTime } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { Link, useSearchParams } from '../../core/web/navigation.tsx'
import { useEndpoint, useInfinite } from '../../core/web/query.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { npsMeasure } from '../nps.contract.ts'
import { intervals } from '../responses.contract.ts'
import { listSurveys } from '../surveys.contract.ts'
import { AnswersTable } from './AnswersTable.tsx'
import classes from './NpsDistribution.module.css'
import { NpsDistribution } from './NpsDistribution.tsx'
import { NpsScore } from './NpsScore.tsx'
import { NpsTrend } from './NpsTrend.tsx'
import { type Choice, choiceOf, queryOf, ranges } from './nps-query.ts'
import { periodName } from './period-name.ts'
import { Representation } from './Representation.tsx'
import { WhoAnswered } from './WhoAnswered.tsx'

type SetSearch = ReturnType<typeof useSearchParams>[1]

export default function NpsPage() {
  const [search, setSearch] = useSearchParams()
  const choice = choiceOf(search)
  const query = queryOf(choice)
  const measure = useEndpoint(npsMeasure, { query }, { keep: true, refetch_ms: 30_000 })
  const nps = measure.data
  const pick = (patch: Partial<Pick<Choice, 'band' | 'score' | 'period'>>) =>
    setSearch({ band: null, score: null, period: null, ...patch })
  return (
    <Page title={t('feedback.nps.title')} subtitle={t('feedback.nps.subtitle')}>
      <Controls choice={choice} setSearch={setSearch} />
      {measure.error && <ErrorState error={measure.error} onRetry={() => void measure.refetch()} />}
      {nps && nps.n === 0 && !measure.error && <NothingYet />}
      {nps && nps.n > 0 && !measure.error && (
        <>
          <div className={classes.cards}>
            <Card withBorder padding="lg">
              <NpsScore nps={nps} />
            </Card>
            <Card withBorder padding="lg">
              <NpsDistribution nps={nps} band={choice.band} onPick={pick} />
            </Card>
            <Card withBorder padding="lg">
              <WhoAnswered answered={nps.answered} />
            </Card>
          </div>
          <Card withBorder padding="lg" mb="xl">
            <NpsTrend nps={nps} onPick={period => pick({ period })} />
          </Card>
          <Representation query={query} />
          <Rows choice={choice} query={query} onClear={() => pick({})} />
          <Text size="xs" c="dimmed" mt="md">
            {t('feedback.nps.asOf', { at: formatDateTime(nps.as_of) })}
            {nps.kind === 'relational' && ` · ${t('feedback.nps.oneEach')}`}
          </Text>
        </>
      )}
    </Page>
  )
}

function NothingYet() {
  return (
    <EmptyState
      icon={IconGauge}
      title={t('feedback.nps.emptyTitle')}
      action={
        <Button component={Link} to="/surveys">
          {t('feedback.nps.emptyAction')}
        </Button>
      }
    >
      {t('feedback.nps.emptyText')}
    </EmptyState>
  )
}

function Controls({ choice, setSearch }: { choice: Choice; setSearch: SetSearch }) {
  const surveys = useInfinite(listSurveys)
  const reset = { band: null, score: null, period: null }
  const filter = useDebouncedCallback(
    (text: string) => setSearch({ ...reset, filter: text }, { replace: true }),
    500,
  )
  const isKind = (value: string | null) => value === 'relational' || value === 'transactional'
  return (
    <Group mb="lg" align="end" gap="sm">
      <Select
        label={t('feedback.nps.survey')}
        flex="1 1 15rem"
        searchable
        allowDeselect={false}
        data={[
          { value: 'relational', label: t('feedback.nps.allRelational') },
          { value: 'transactional', label: t('feedback.nps.allTransactional') },
          ...surveys.items.map(survey => ({ value: survey.id, label: survey.name })),
        ]}
        value={choice.survey}
        onChange={value =>
          setSearch({ ...reset, survey_id: isKind(value) ? null : value, kind: isKind(value) ? value : null })
        }
      />
      <Select
        label={t('feedback.nps.range')}
        flex="1 1 9rem"
        allowDeselect={false}
        data={ranges.map(value => ({ value, label: t(`feedback.nps.ranges.${value}`) }))}
        value={choice.range}
        onChange={range => setSearch({ ...reset, range })}
      />
      <Select
        label={t('feedback.nps.by')}
        flex="1 1 8rem"
        allowDeselect={false}
        data={intervals.map(value => ({ value, label: t(`feedback.interval.${value}`) }))}
        value={choice.interval}
        onChange={interval => setSearch({ ...reset, interval })}
      />
      <TextInput
        label={t('feedback.nps.filter')}
        placeholder={t('feedback.nps.filterHelp')}
        flex="3 1 15rem"
        defaultValue={choice.filter}
        onChange={event => filter(event.currentTarget.value)}
      />
    </Group>
  )
}

interface RowsProps {
  choice: Choice
  query: ReturnType<typeof queryOf>
  onClear: () => void
}

function Rows({ choice, query, onClear }: RowsProps) {
  const surveys = useInfinite(listSurveys)
  const { band, score, period } = choice
  const narrowed = [
    band && t(`feedback.band.${band}`),
    score !== undefined && `${t('feedback.answers.score')} ${score}`,
    period && periodName(period, choice.interval),
  ].filter(Boolean)
  const guarded = surveys.items.some(
    survey =>
      (survey.id === choice.survey || survey.kind === choice.survey) && survey.anonymity !== 'identified',
  )
  return (
    <section>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {t('feedback.nps.rowsTitle')}
          {narrowed.length > 0 && `: ${narrowed.join(', ')}`}
        </Title>
        {narrowed.length > 0 && (
          <Button variant="default" size="xs" onClick={onClear}>
            {t('feedback.nps.clear')}
          </Button>
        )}
      </Group>
      <AnswersTable
        identified={!guarded}
        source={{
          measure: {
            ...query,
            ...(band ? { band } : {}),
            ...(score === undefined ? {} : { score: Number(score) }),
            ...(period ? { period } : {}),
          },
        }}
      />
    </section>
  )
}
