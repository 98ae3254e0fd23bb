import { Badge, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatDate, formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { dayOf } from '../../records/filter-dates.contract.ts'
import { Score } from '../../ui/Score.tsx'
import { daysIn } from '../days.contract.ts'
import { differenceText, scoreProps, scoreText } from './measure-format.ts'
import type { Measured } from './measure-query.ts'

interface FigureProps {
  label: string
  of: Pick<Measured, 'score' | 'n' | 'low' | 'high'>
  in: Parameters<typeof scoreProps>[0]
  children?: ReactNode
}

/** A score with its interval, on the scale of its measure. */
export function MeasureFigure({ label, of: { score, n, low, high }, in: unit, children }: FigureProps) {
  return (
    <Score label={label} value={score} n={n} low={low} high={high} {...scoreProps(unit)}>
      {children}
    </Score>
  )
}

export function MeasureScore({ measured }: { measured: Measured }) {
  const { measure, weighted, has_weights, scale, effective_n: worth, n } = measured
  return (
    <MeasureFigure label={scoreName(measured)} of={measured} in={measured}>
      <Stack gap={6} mt="xs">
        {has_weights && (
          <Text size="sm" fw={560}>
            {weighted && worth !== null
              ? t('feedback.score.weighted', { n: formatNumber(worth, { maximumFractionDigits: 0 }) })
              : t('feedback.score.unweighted')}
          </Text>
        )}
        {scale.polarity === -1 && <Text size="sm">{t('feedback.score.lowerIsBetter')}</Text>}
        <Second measured={measured} />
        {measured.retired && (
          <Badge variant="default" tt="none">
            {t('feedback.score.retired')}
          </Badge>
        )}
        {measured.withheld && <Text size="sm">{t('feedback.score.withheld')}</Text>}
        {measured.indicative && (
          <Badge variant="default" tt="none">
            {t('feedback.score.indicative')}
          </Badge>
        )}
        {n !== null && <Change measured={measured} />}
        {measured.whole_months && (
          <Text size="xs" c="dimmed">
            {t('feedback.score.wholeMonths')}
            {measured.from &&
              ` ${t('feedback.score.wholeMonthsFrom', { from: formatDate(dayOf(Date.parse(measured.from), measured.time_zone)) })}`}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {t('feedback.score.sampling')}
          {(measured.design_effect ?? 1) > 1 && ` ${t('feedback.score.clustered')}`}
          {measure === 'intent' && ` ${t('feedback.score.intentSaid')}`}
        </Text>
      </Stack>
    </MeasureFigure>
  )
}

/** What the number is: NPS, the share of a band, or a mean. */
export const scoreName = ({ measure, unit }: Pick<Measured, 'measure' | 'unit'>): string =>
  unit === 'points' ? t(`feedback.measure.${measure}.short`) : t(`feedback.measure.${measure}.${unit}`)

function Second({ measured: { measure, second, scale } }: { measured: Measured }) {
  if (!second) return null
  const unit = second.figure === 'share' ? 'percent' : 'scale'
  const { value, low, high } = second
  return (
    <Text size="sm" className="rp-number">
      {t(`feedback.measure.${measure}.${unit}`)} {scoreText(unit, value)}
      {low !== null && high !== null && ` (${scoreText(unit, low)} – ${scoreText(unit, high)})`}
      {unit === 'scale' && ` ${t('feedback.score.ofScale', scale)}`}
    </Text>
  )
}

type Side = NonNullable<Measured['change']>['before']
/** Days of the workspace's clock, whatever the reader's. */
function span(side: Side, time_zone: string): string {
  const { first, last } = daysIn(side, time_zone)
  return `${formatDate(first)} – ${formatDate(last)}`
}

/** An arrow is earned by the test, not by the sign of a difference. */
function Change({ measured: { change, unit, time_zone } }: { measured: Measured }) {
  if (!change)
    return (
      <Text size="sm" c="dimmed">
        {t('feedback.score.noComparison')}
      </Text>
    )
  const { points, significant, before, after, p } = change
  const key = significant ? (points > 0 ? 'changeUp' : 'changeDown') : 'noChange'
  const size = differenceText(unit, points, { signed: !significant })
  return (
    <div>
      <Text size="sm" fw={significant ? 560 : 400}>
        {t(`feedback.score.${key}`, { points: size })}
      </Text>
      <Text size="xs" c="dimmed" className="rp-number">
        {t('feedback.score.compared', {
          from: span(before, time_zone),
          to: span(after, time_zone),
          before: scoreText(unit, before.score),
          before_n: formatNumber(before.n),
          after: scoreText(unit, after.score),
          after_n: formatNumber(after.n),
          p: formatNumber(p, { maximumSignificantDigits: 2 }),
        })}
      </Text>
    </div>
  )
}
