import { Text, useComputedColorScheme } from '@mantine/core'
import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { Chart } from '../../ui/chart/Chart.tsx'
import { scoreName } from './MeasureScore.tsx'
import { scoreProps, scoreText } from './measure-format.ts'
import type { Measured } from './measure-query.ts'
import { periodName } from './period-name.ts'

interface MeasureTrendProps {
  measured: Measured
  /** The first day of the period that was pressed. */
  onPick: (period: string) => void
}

/** Score and band are one thing and have one colour: that of the theme, which a drawing needs as a value. */
function useBrand(): string {
  useComputedColorScheme('light')
  return getComputedStyle(document.documentElement).getPropertyValue('--rp-brand').trim() || 'teal'
}

/** The 95 % interval as a band: its lower edge unseen, the rest stacked upon it. */
export function MeasureTrend({ measured, onPick }: MeasureTrendProps) {
  const { trend } = measured
  const names = trend.map(point => periodName(point.period, measured.interval))
  const color = useBrand()
  const points = (value: number | null) => scoreText(measured.unit, value)
  const { scale } = scoreProps(measured)
  const width = trend.map(point =>
    point.low === null || point.high === null ? null : Math.round((point.high - point.low) * 1000) / 1000,
  )
  const band = { type: 'line', silent: true, showSymbol: false, lineStyle: { opacity: 0 } }
  return (
    <div>
      <Text size="sm" c="dimmed" fw={560} mb="xs">
        {t('feedback.score.trend', { name: scoreName(measured) })}
      </Text>
      <Chart
        label={t('feedback.score.trendText', { name: scoreName(measured) })}
        height={260}
        onPick={({ index }) => {
          const point = trend[index]
          if (point) onPick(point.period)
        }}
        table={{
          columns: ['period', 'figure', 'low', 'high', 'n'].map(name => t(`feedback.score.${name}`)),
          rows: trend.map((point, index) => [
            names[index] ?? point.period,
            points(point.score),
            points(point.low),
            points(point.high),
            formatNumber(point.n),
          ]),
        }}
        option={{
          tooltip: {
            trigger: 'axis',
            formatter: (shown: { dataIndex: number }[]) => tip(measured, names, shown[0]),
          },
          xAxis: { type: 'category', data: names, boundaryGap: trend.length < 3 },
          yAxis: {
            type: 'value',
            min: scale[0],
            max: scale[1],
            ...(measured.unit === 'points' ? { interval: 50 } : {}),
            axisLabel: { formatter: points },
          },
          color: [color],
          series: [
            {
              ...band,
              name: 'low',
              data: trend.map(point => point.low),
              stack: 'interval',
              stackStrategy: 'all',
            },
            {
              ...band,
              name: 'width',
              data: width,
              stack: 'interval',
              stackStrategy: 'all',
              areaStyle: { opacity: 0.15 },
            },
            {
              name: scoreName(measured),
              type: 'line',
              data: trend.map(point => point.score),
              symbol: 'circle',
              symbolSize: 8,
              markLine: whiskers(measured, names),
            },
          ],
        }}
      />
    </div>
  )
}

/** A point that stands alone has no band to either side: its interval is a line through it. */
function whiskers({ trend }: Measured, names: string[]) {
  const known = (index: number) => typeof trend[index]?.score === 'number'
  const alone = trend.flatMap((point, index) =>
    known(index) && !known(index - 1) && !known(index + 1)
      ? [[point.low, point.high].map(bound => ({ coord: [names[index], bound] }))]
      : [],
  )
  return {
    silent: true,
    symbol: 'none',
    label: { show: false },
    lineStyle: { type: 'solid', width: 6, opacity: 0.25 },
    data: alone,
  }
}

function tip(measured: Measured, names: string[], shown: { dataIndex: number } | undefined): string {
  const point = measured.trend[shown?.dataIndex ?? -1]
  const points = (value: number | null) => scoreText(measured.unit, value)
  if (!point || !shown) return ''
  const lines = [
    names[shown.dataIndex],
    `${scoreName(measured)} ${points(point.score)}`,
    point.low === null ? '' : `${points(point.low)} … ${points(point.high)}`,
    `n ${formatNumber(point.n)}`,
  ]
  return lines.filter(Boolean).join('\n')
}
