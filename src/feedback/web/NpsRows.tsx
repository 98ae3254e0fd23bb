import { Button, Group, Title } from '@mantine/core'
import { type ReactNode, type RefObject, useEffect } from 'react'
import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { useEndpoint, useInfinite } from '../../core/web/query.ts'
import { npsGroup, npsInvitations, npsUninvited } from '../asked.contract.ts'
import { listSurveys } from '../surveys.contract.ts'
import { AnswersTable } from './AnswersTable.tsx'
import { AskedTable } from './AskedTable.tsx'
import { type Choice, type MeasureQuery, type Nps, type Share, type WhoNumber } from './nps-query.ts'
import { periodName } from './period-name.ts'
import { groupName } from './Representation.tsx'

interface NpsRowsProps {
  choice: Choice
  query: MeasureQuery
  answered: Nps['answered']
  /** Where whoever pressed a number is taken. */
  heading: RefObject<HTMLHeadingElement | null>
  onClear: () => void
}

/** Takes whoever pressed a number to its rows, with what reads the page aloud. */
export function lead({ current }: RefObject<HTMLHeadingElement | null>): void {
  current?.focus({ preventScroll: true })
  current?.scrollIntoView({ block: 'start' })
}

/** The rows behind the number that was pressed; before one was, the answers that the score counts. */
export function NpsRows({ choice, query, answered, heading, onClear }: NpsRowsProps) {
  const { band, score, period, who, share } = choice
  const picked = JSON.stringify({ band, score, period, who, share })
  useEffect(() => {
    if (picked !== '{}') lead(heading)
  }, [picked, heading])
  const { interval: _, ...population } = query
  const frame = { heading, onClear }
  if (share) return <ShareRows share={share} population={population} {...frame} />
  if (who === 'uninvited') return <UninvitedRows population={population} {...frame} />
  if (who) return <LinkRows who={who} population={population} answered={answered} {...frame} />
  return <AnswerRows choice={choice} query={query} {...frame} />
}

interface FrameProps extends Pick<NpsRowsProps, 'heading' | 'onClear'> {
  title: string
  narrowed?: boolean
  children: ReactNode
}

function Frame({ title, narrowed = true, heading, onClear, children }: FrameProps) {
  return (
    <section>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" ref={heading} tabIndex={-1}>
          {title}
        </Title>
        {narrowed && (
          <Button variant="default" size="xs" onClick={onClear}>
            {t('feedback.nps.clear')}
          </Button>
        )}
      </Group>
      {children}
    </section>
  )
}

type Part = Pick<NpsRowsProps, 'heading' | 'onClear'> & { population: Omit<MeasureQuery, 'interval'> }

const counted = (name: string, total: number | null | undefined) =>
  typeof total === 'number' ? t('feedback.asked.counted', { name, n: formatNumber(total) }) : name

function LinkRows({
  who,
  population,
  answered,
  ...frame
}: Part & { who: Exclude<WhoNumber, 'uninvited'>; answered: Nps['answered'] }) {
  const query = { ...population, step: who === 'rate' ? ('invited' as const) : who }
  const rows = useInfinite(npsInvitations, { query })
  const first = useEndpoint(npsInvitations, { query: { ...query, limit: 1 } })
  const { total, withheld = false } = first.data ?? {}
  const title =
    who === 'rate'
      ? t('feedback.asked.rate', {
          invited: formatNumber(total ?? answered.invited),
          completed: formatNumber(answered.completed ?? 0),
        })
      : counted(t(`feedback.nps.${who}`), total)
  return (
    <Frame title={title} {...frame}>
      <AskedTable label={t('feedback.asked.list')} rows={rows} total={total} withheld={withheld} />
    </Frame>
  )
}

function ShareRows({ share, population, ...frame }: Part & { share: Share }) {
  const { value, ...rest } = share
  const query = { ...population, ...rest, ...(value === undefined ? {} : { value }) }
  const rows = useInfinite(npsGroup, { query })
  const first = useEndpoint(npsGroup, { query: { ...query, limit: 1 } })
  const { total, withheld = false } = first.data ?? {}
  const name = t('feedback.asked.share', {
    field: t(`feedback.representation.field.${share.field}`),
    group: groupName(share.field, { group: share.group, value: value ?? null }),
    side: t(`feedback.asked.side.${share.answered}`),
  })
  return (
    <Frame title={counted(name, total)} {...frame}>
      <AskedTable label={t('feedback.asked.list')} rows={rows} total={total} withheld={withheld} />
    </Frame>
  )
}

function UninvitedRows({ population, ...frame }: Part) {
  const first = useEndpoint(npsUninvited, { query: { ...population, limit: 1 } })
  return (
    <Frame title={counted(t('feedback.asked.uninvited'), first.data?.total)} {...frame}>
      <AnswersTable identified={!useGuarded(population)} source={{ uninvited: population }} />
    </Frame>
  )
}

/** Whether a survey among them promises that nobody can be recognised. */
function useGuarded({ survey_id, kind }: Part['population']): boolean {
  const surveys = useInfinite(listSurveys)
  return surveys.items.some(
    survey => (survey.id === survey_id || survey.kind === kind) && survey.anonymity !== 'identified',
  )
}

function AnswerRows({
  choice,
  query,
  ...frame
}: Pick<NpsRowsProps, 'choice' | 'query' | 'heading' | 'onClear'>) {
  const { band, score, period } = choice
  const guarded = useGuarded(query)
  const narrowed = [
    band && t(`feedback.band.${band}`),
    score !== undefined && `${t('feedback.answers.score')} ${score}`,
    period && periodName(period, choice.interval),
  ].filter(Boolean)
  const title = `${t('feedback.nps.rowsTitle')}${narrowed.length > 0 ? `: ${narrowed.join(', ')}` : ''}`
  return (
    <Frame title={title} narrowed={narrowed.length > 0} {...frame}>
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
    </Frame>
  )
}
