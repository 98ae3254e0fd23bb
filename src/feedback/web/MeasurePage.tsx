import { Button, Card, Text } from '@mantine/core'
import { IconGauge } from '@tabler/icons-react'
import { useRef } from 'react'
import { formatDateTime } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { Link, useSearchParams } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { measure as contract } from '../measure.contract.ts'
import { MeasureControls, type SetSearch } from './MeasureControls.tsx'
import classes from './MeasureDistribution.module.css'
import { MeasureDistribution } from './MeasureDistribution.tsx'
import { lead, MeasureRows } from './MeasureRows.tsx'
import { MeasureScore } from './MeasureScore.tsx'
import { MeasureSegments } from './MeasureSegments.tsx'
import { MeasureTrend } from './MeasureTrend.tsx'
import {
  type Choice,
  choiceOf,
  type Measured,
  type MeasureQuery,
  nothingPicked,
  type Picked,
} from './measure-query.ts'
import { Representation } from './Representation.tsx'
import { useMeasureQuery } from './use-measure-query.ts'
import { WhoAnswered } from './WhoAnswered.tsx'

export default function MeasurePage() {
  const [search, setSearch] = useSearchParams()
  const choice = choiceOf(search)
  const asked = useMeasureQuery(choice)
  const { params, query } = asked
  const found = useEndpoint(contract, { params, query }, { keep: true, refetch_ms: 30_000 })
  const measured = found.data?.measure === choice.measure ? found.data : undefined
  const heading = useRef<HTMLHeadingElement>(null)
  const pick = (patch: Picked) => {
    const again = Object.entries(patch).every(([name, value]) => search[name] === value)
    setSearch({ ...nothingPicked, ...patch })
    if (again) lead(heading)
  }
  return (
    <Page
      title={t(`feedback.measure.${choice.measure}.name`)}
      subtitle={t(`feedback.measure.${choice.measure}.text`)}
    >
      <MeasureControls choice={choice} setSearch={setSearch} hasWeights={measured?.has_weights ?? false} />
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {measured && measured.n === 0 && !found.error && <NothingYet choice={choice} setSearch={setSearch} />}
      {measured && (measured.n !== 0 || measured.answered.invited > 0) && !found.error && (
        <>
          <Figures measured={measured} asked={asked} choice={choice} setSearch={setSearch} onPick={pick} />
          {(measured.n !== 0 || choice.who) && (
            <MeasureRows
              choice={choice}
              asked={asked}
              answered={measured.answered}
              heading={heading}
              onClear={() => pick({})}
            />
          )}
          <Text size="xs" c="dimmed" mt="md">
            {t('feedback.score.asOf', { at: formatDateTime(measured.as_of) })}
            {measured.kind === 'relational' && ` · ${t('feedback.score.oneEach')}`}
            {(choice.place ?? choice.touchpoint) && ` · ${t('feedback.score.partOnly')}`}
          </Text>
        </>
      )}
    </Page>
  )
}

/** Whoever both filters say. */
const bothFilters = (one: string, other: string): string =>
  one.trim() ? `(${one.trim()}) and ${other}` : other

interface FiguresProps {
  measured: Measured
  asked: MeasureQuery
  choice: Choice
  setSearch: SetSearch
  onPick: (picked: Picked) => void
}

function Figures({ measured, asked, choice, setSearch, onPick }: FiguresProps) {
  const who = (
    <Card withBorder padding="lg" mb={measured.n === 0 ? 'xl' : 0}>
      <WhoAnswered answered={measured.answered} onPick={number => onPick({ who: number })} />
    </Card>
  )
  if (measured.n === 0) return who
  return (
    <>
      <div className={classes.cards}>
        <Card withBorder padding="lg">
          <MeasureScore measured={measured} />
        </Card>
        <Card withBorder padding="lg">
          <MeasureDistribution measured={measured} band={choice.band} onPick={onPick} />
        </Card>
        {who}
      </div>
      {measured.trend.length > 0 && (
        <Card withBorder padding="lg" mb="xl">
          <MeasureTrend measured={measured} onPick={period => onPick({ period })} />
        </Card>
      )}
      <MeasureSegments
        asked={asked}
        choice={choice}
        measured={measured}
        onBy={by => setSearch({ ...nothingPicked, by })}
        onNarrow={part =>
          setSearch({
            ...nothingPicked,
            ...('filter' in part ? { filter: bothFilters(choice.filter, part.filter) } : part),
          })
        }
        onPick={({ group, value }) => onPick({ segment: group, ...(value === null ? {} : { value }) })}
      />
      <Representation
        asked={asked}
        unit={measured}
        onPick={({ value, ...share }) => onPick({ ...share, ...(value === undefined ? {} : { value }) })}
      />
    </>
  )
}

function NothingYet({ choice, setSearch }: Pick<FiguresProps, 'choice' | 'setSearch'>) {
  const part = [choice.place, choice.touchpoint].filter(Boolean).join(' · ')
  if (part)
    return (
      <EmptyState
        icon={IconGauge}
        title={t('feedback.score.partTitle', { part })}
        action={
          <Button onClick={() => setSearch({ ...nothingPicked, place: null, touchpoint: null })}>
            {t('feedback.score.partAction')}
          </Button>
        }
      >
        {t('feedback.score.partText')}
      </EmptyState>
    )
  if (choice.filter.trim())
    return (
      <EmptyState
        icon={IconGauge}
        title={t('feedback.score.peopleTitle')}
        action={
          <Button onClick={() => setSearch({ ...nothingPicked, filter: null })}>
            {t('feedback.score.peopleAction')}
          </Button>
        }
      >
        {t('feedback.score.peopleText')}
      </EmptyState>
    )
  return (
    <EmptyState
      icon={IconGauge}
      title={t('feedback.score.emptyTitle')}
      action={
        <Button component={Link} to="/surveys">
          {t('feedback.score.emptyAction')}
        </Button>
      }
    >
      {t('feedback.score.emptyText')}
    </EmptyState>
  )
}
