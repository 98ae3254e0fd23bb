import { Text, useComputedColorScheme } from '@mantine/core'
import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { Chart } from '../../ui/chart/Chart.tsx'
import type { Nps } from './nps-query.ts'
import { periodName } from './period-name.ts'

interface NpsTrendProps {
  nps: Nps
  /** The first day of the period that was pressed. */
  onPick: (period: string) => void
}

const points = (value: number | null) =>
  value === null ? '–' : formatNumber(value, { maximumFractionDigits: 1, signDisplay: 'exceptZero' })

/** Score and band are one thing and have one colour: that of the theme, which a drawing needs as a value. */
function useBrand(): string {
  useComputedColorScheme('light')
  return getComputedStyle(document.documentElement).getPropertyValue('--rp-brand').trim() || 'teal'
}

/** The 95 % interval as a band: its lower edge unseen, the rest stacked upon it. */
export function NpsTrend({ nps, onPick }: NpsTrendProps) {
  const { trend } = nps
  const names = trend.map(point => periodName(point.period, nps.interval))
  const color = useBrand()
  const width = trend.map(point =>
    point.low === null || point.high === null ? null : Math.round((point.high - point.low) * 10) / 10,
  )
  const band = { type: 'line', silent: true, showSymbol: false, lineStyle: { opacity: 0 } }
  return (
    <div>
      <Text size="sm" c="dimmed" fw={560} mb="xs">
        {t('feedback.nps.trend')}
      </Text>
      <Chart
        label={t('feedback.nps.trendText')}
        height={260}
        onPick={({ index }) => {
          const point = trend[index]
          if (point) onPick(point.period)
        }}
        table={{
          columns: ['period', 'score', 'low', 'high', 'n'].map(name => t(`feedback.nps.${name}`)),
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
            formatter: (shown: { dataIndex: number }[]) => tip(nps, names, shown[0]),
          },
          xAxis: { type: 'category', data: names, boundaryGap: trend.length < 3 },
          yAxis: { type: 'value', min: -100, max: 100, interval: 50, axisLabel: { formatter: points } },
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
              name: t('feedback.nps.score'),
              type: 'line',
              data: trend.map(point => point.score),
              symbol: 'circle',
              symbolSize: 8,
              markLine: whiskers(nps, names),
            },
          ],
        }}
      />
    </div>
  )
}

/** A point that stands alone has no band to either side: its interval is a line through it. */
function whiskers({ trend }: Nps, names: string[]) {
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

function tip(nps: Nps, names: string[], shown: { dataIndex: number } | undefined): string {
  const point = nps.trend[shown?.dataIndex ?? -1]
  if (!point || !shown) return ''
  const lines = [
    names[shown.dataIndex],
    `${t('feedback.nps.score')} ${points(point.score)}`,
    point.low === null ? '' : `${points(point.low)} … ${points(point.high)}`,
    `n ${formatNumber(point.n)}`,
  ]
  return lines.filter(Boolean).join('\n')
}
