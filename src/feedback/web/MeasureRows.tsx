import { Button, Group, Title } from '@mantine/core'
import { type ReactNode, type RefObject, useEffect } from 'react'
import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { useInfinite } from '../../core/web/query.ts'
import { measureGroup, measureInvitations, measureUninvited } from '../asked.contract.ts'
import { AnswersTable } from './AnswersTable.tsx'
import { AskedTable } from './AskedTable.tsx'
import { useSegmentName } from './MeasureSegments.tsx'
import type { Choice, Measured, MeasureQuery, Share, WhoNumber } from './measure-query.ts'
import { periodName } from './period-name.ts'
import { groupName } from './Representation.tsx'
import { useSurveys } from './use-surveys.ts'

interface MeasureRowsProps {
  choice: Choice
  asked: MeasureQuery
  answered: Measured['answered']
  /** Where whoever pressed a number is taken. */
  heading: RefObject<HTMLHeadingElement | null>
  onClear: () => void
}

/** Takes whoever pressed a number to its rows, with what reads the page aloud. */
export function lead({ current }: RefObject<HTMLHeadingElement | null>): () => void {
  current?.focus({ preventScroll: true })
  return current ? heldInSight(current) : () => undefined
}

const ownWays = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const
const settled_ms = 5000

/** What stands above is still being loaded and would push it away again; whoever moves on is not called back. */
function heldInSight(heading: HTMLElement): () => void {
  const page = heading.closest('section')?.parentElement
  const observer = new ResizeObserver(() => heading.scrollIntoView({ block: 'start' }))
  const end = () => {
    clearTimeout(timer)
    observer.disconnect()
    for (const way of ownWays) removeEventListener(way, end)
  }
  const timer = setTimeout(end, settled_ms)
  for (const way of ownWays) addEventListener(way, end, { passive: true })
  heading.scrollIntoView({ block: 'start' })
  if (page) observer.observe(page)
  return end
}

/** The rows behind the number that was pressed; before one was, the answers that the score counts. */
export function MeasureRows({ choice, asked, answered, heading, onClear }: MeasureRowsProps) {
  const { band, score, period, who, share, segment } = choice
  const picked = JSON.stringify({ band, score, period, who, share, segment })
  useEffect(() => (picked === '{}' ? undefined : lead(heading)), [picked, heading])
  const frame = { heading, onClear, asked }
  if (share) return <ShareRows share={share} {...frame} />
  if (who === 'uninvited') return <UninvitedRows {...frame} />
  if (who) return <LinkRows who={who} answered={answered} {...frame} />
  return <AnswerRows choice={choice} {...frame} />
}

interface FrameProps extends Pick<MeasureRowsProps, 'heading' | 'onClear'> {
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
            {t('feedback.score.clear')}
          </Button>
        )}
      </Group>
      {children}
    </section>
  )
}

type Part = Pick<MeasureRowsProps, 'heading' | 'onClear' | 'asked'>

const counted = (name: string, total: number | null | undefined) =>
  typeof total === 'number' ? t('feedback.asked.counted', { name, n: formatNumber(total) }) : name

function LinkRows({
  who,
  asked,
  answered,
  ...frame
}: Part & { who: Exclude<WhoNumber, 'uninvited'>; answered: Measured['answered'] }) {
  const query = { ...asked.links, step: who === 'rate' ? ('invited' as const) : who }
  const { params } = asked
  const rows = useInfinite(measureInvitations, { params, query })
  const { total, withheld = false } = rows.first_page ?? {}
  const title =
    who === 'rate'
      ? t('feedback.asked.rate', {
          invited: formatNumber(total ?? answered.invited),
          completed: formatNumber(answered.completed ?? 0),
        })
      : counted(t(`feedback.score.${who}`), total)
  return (
    <Frame title={title} {...frame}>
      <AskedTable label={t('feedback.asked.list')} rows={rows} total={total} withheld={withheld} />
    </Frame>
  )
}

function ShareRows({ share, asked, ...frame }: Part & { share: Share }) {
  const { value, ...rest } = share
  const query = { ...asked.links, ...rest, ...(value === undefined ? {} : { value }) }
  const { params } = asked
  const rows = useInfinite(measureGroup, { params, query })
  const { total, withheld = false } = rows.first_page ?? {}
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

function UninvitedRows({ asked, ...frame }: Part) {
  // The same rows as the table's own.
  const { first_page } = useInfinite(measureUninvited, { params: asked.params, query: asked.links })
  return (
    <Frame title={counted(t('feedback.asked.uninvited'), first_page?.total)} {...frame}>
      <AnswersTable identified={!useGuarded(asked)} source={{ uninvited: asked }} />
    </Frame>
  )
}

/** Whether a survey among them promises that nobody can be recognised. */
function useGuarded({ links: { survey_id, kind } }: MeasureQuery): boolean {
  return useSurveys().some(
    survey => (survey.id === survey_id || survey.kind === kind) && survey.anonymity !== 'identified',
  )
}

function AnswerRows({ choice, asked, ...frame }: Part & { choice: Choice }) {
  const { measure, band, score, period, segment, by } = choice
  const guarded = useGuarded(asked)
  const name = useSegmentName(asked, choice)
  const narrowed = [
    band && t(`feedback.band.${band}`),
    score !== undefined && `${t('feedback.answers.score')} ${score}`,
    period && periodName(period, choice.interval),
    segment && name,
  ].filter(Boolean)
  const title = `${t('feedback.score.rowsTitle')}${narrowed.length > 0 ? `: ${narrowed.join(', ')}` : ''}`
  const { weights: _, ...query } = asked.query
  return (
    <Frame title={title} narrowed={narrowed.length > 0} {...frame}>
      <AnswersTable
        identified={!guarded}
        source={{
          measure,
          query: {
            ...query,
            ...(band ? { band } : {}),
            ...(score === undefined ? {} : { score: Number(score) }),
            ...(period ? { period } : {}),
            ...(segment ? { by, group: segment.group } : {}),
            ...(segment?.value === undefined ? {} : { value: segment.value }),
          },
        }}
      />
    </Frame>
  )
}
