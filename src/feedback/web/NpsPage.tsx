import { Button, Card, Group, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconGauge } from '@tabler/icons-react'
import { useRef } from 'react'
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
import classes from './NpsDistribution.module.css'
import { NpsDistribution } from './NpsDistribution.tsx'
import { lead, NpsRows } from './NpsRows.tsx'
import { NpsScore } from './NpsScore.tsx'
import { NpsTrend } from './NpsTrend.tsx'
import {
  type Choice,
  choiceOf,
  type MeasureQuery,
  type Nps,
  nothingPicked,
  type Picked,
  queryOf,
  ranges,
} from './nps-query.ts'
import { Representation } from './Representation.tsx'
import { WhoAnswered } from './WhoAnswered.tsx'

type SetSearch = ReturnType<typeof useSearchParams>[1]

export default function NpsPage() {
  const [search, setSearch] = useSearchParams()
  const choice = choiceOf(search)
  const query = queryOf(choice)
  const measure = useEndpoint(npsMeasure, { query }, { keep: true, refetch_ms: 30_000 })
  const nps = measure.data
  const heading = useRef<HTMLHeadingElement>(null)
  const pick = (patch: Picked) => {
    const again = Object.entries(patch).every(([name, value]) => search[name] === value)
    setSearch({ ...nothingPicked, ...patch })
    if (again) lead(heading)
  }
  return (
    <Page title={t('feedback.nps.title')} subtitle={t('feedback.nps.subtitle')}>
      <Controls choice={choice} setSearch={setSearch} />
      {measure.error && <ErrorState error={measure.error} onRetry={() => void measure.refetch()} />}
      {nps && nps.n === 0 && !measure.error && <NothingYet />}
      {nps && (nps.n !== 0 || nps.answered.invited > 0) && !measure.error && (
        <>
          <Figures nps={nps} query={query} band={choice.band} onPick={pick} />
          {(nps.n !== 0 || choice.who) && (
            <NpsRows
              choice={choice}
              query={query}
              answered={nps.answered}
              heading={heading}
              onClear={() => pick({})}
            />
          )}
          <Text size="xs" c="dimmed" mt="md">
            {t('feedback.nps.asOf', { at: formatDateTime(nps.as_of) })}
            {nps.kind === 'relational' && ` · ${t('feedback.nps.oneEach')}`}
          </Text>
        </>
      )}
    </Page>
  )
}

interface FiguresProps {
  nps: Nps
  query: MeasureQuery
  band: Choice['band']
  onPick: (picked: Picked) => void
}

function Figures({ nps, query, band, onPick }: FiguresProps) {
  const who = (
    <Card withBorder padding="lg" mb={nps.n === 0 ? 'xl' : 0}>
      <WhoAnswered answered={nps.answered} onPick={number => onPick({ who: number })} />
    </Card>
  )
  if (nps.n === 0) return who
  return (
    <>
      <div className={classes.cards}>
        <Card withBorder padding="lg">
          <NpsScore nps={nps} />
        </Card>
        <Card withBorder padding="lg">
          <NpsDistribution nps={nps} band={band} onPick={onPick} />
        </Card>
        {who}
      </div>
      {nps.trend.length > 0 && (
        <Card withBorder padding="lg" mb="xl">
          <NpsTrend nps={nps} onPick={period => onPick({ period })} />
        </Card>
      )}
      <Representation
        query={query}
        onPick={({ value, ...share }) => onPick({ ...share, ...(value === undefined ? {} : { value }) })}
      />
    </>
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
  const reset = nothingPicked
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
