import { Badge, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatDate, formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { Score } from '../../ui/Score.tsx'
import type { Nps } from './nps-query.ts'

interface FigureProps {
  label: string
  of: Pick<Nps, 'score' | 'n' | 'low' | 'high'>
  children?: ReactNode
}

/** A Net Promoter Score with its interval, in points from −100 to +100. */
export function NpsFigure({ label, of: { score, n, low, high }, children }: FigureProps) {
  return (
    <Score label={label} value={score} n={n} low={low} high={high} scale={[-100, 100]} digits={1} signed>
      {children}
    </Score>
  )
}

export function NpsScore({ nps }: { nps: Nps }) {
  return (
    <NpsFigure label={t('feedback.nps.score')} of={nps}>
      <Stack gap={6} mt="xs">
        {nps.withheld && <Text size="sm">{t('feedback.nps.withheld')}</Text>}
        {nps.indicative && (
          <Badge variant="default" tt="none">
            {t('feedback.nps.indicative')}
          </Badge>
        )}
        <Change change={nps.change} />
        <Text size="xs" c="dimmed">
          {t('feedback.nps.sampling')}
          {(nps.design_effect ?? 1) > 1 && ` ${t('feedback.nps.clustered')}`}
        </Text>
      </Stack>
    </NpsFigure>
  )
}

const signed = (value: number) =>
  formatNumber(value, {
    maximumFractionDigits: 1,
    minimumFractionDigits: 1,
    signDisplay: 'exceptZero',
  })

type Side = NonNullable<Nps['change']>['before']
/** The last instant of a range belongs to the next one. */
const span = ({ from, to }: Side) => `${formatDate(from)} – ${formatDate(new Date(Date.parse(to) - 1))}`

/** An arrow is earned by the test, not by the sign of a difference. */
function Change({ change }: { change: Nps['change'] }) {
  if (!change)
    return (
      <Text size="sm" c="dimmed">
        {t('feedback.nps.noComparison')}
      </Text>
    )
  const { points, significant, before, after, p } = change
  const key = significant ? (points > 0 ? 'changeUp' : 'changeDown') : 'noChange'
  const size = significant ? formatNumber(Math.abs(points), { maximumFractionDigits: 1 }) : signed(points)
  return (
    <div>
      <Text size="sm" fw={significant ? 560 : 400}>
        {t(`feedback.nps.${key}`, { points: size })}
      </Text>
      <Text size="xs" c="dimmed" className="rp-number">
        {t('feedback.nps.compared', {
          from: span(before),
          to: span(after),
          before: signed(before.score),
          before_n: formatNumber(before.n),
          after: signed(after.score),
          after_n: formatNumber(after.n),
          p: formatNumber(p, { maximumSignificantDigits: 2 }),
        })}
      </Text>
    </div>
  )
}
