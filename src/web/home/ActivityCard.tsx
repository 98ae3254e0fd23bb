import { Skeleton, Text, Title } from '@mantine/core'
import { useMemo } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { formatDate, formatNumber, formatShortDay, formatTime } from '../../core/web/format.ts'
import { t, tKnown } from '../../core/web/i18n.ts'
import { Link, useGo } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { activity } from '../../timeline/activity.contract.ts'
import { interactionsPath } from '../../timeline/web/index.ts'
import { Chart } from '../../ui/chart/Chart.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import classes from './Home.module.css'

type Activity = Reply<typeof activity>

export function ActivityCard() {
  const answer = useEndpoint(activity, {}, { refetch_ms: 60_000 })
  return (
    <section className={`rp-card ${classes.card}`}>
      <div className={classes.cardHead}>
        <Title order={2}>{t('web.home.activity')}</Title>
        {answer.data && (
          <Text size="sm" c="dimmed">
            <Link to={interactionsPath({ from: answer.data.from, to: answer.data.to })}>
              {t('web.home.allInteractions')}
            </Link>{' '}
            · {t('web.home.asOf', { at: formatTime(answer.data.as_of) })}
          </Text>
        )}
      </div>
      {answer.isPending && <Skeleton height={250} />}
      {answer.error && !answer.data && (
        <ErrorState compact error={answer.error} onRetry={() => void answer.refetch()} />
      )}
      {answer.data && <ActivityChart answer={answer.data} />}
    </section>
  )
}

const most = 4

function ActivityChart({ answer }: { answer: Activity }) {
  const go = useGo()
  const { days, series, total } = useMemo(() => seriesOf(answer), [answer])
  const names = days.map(formatShortDay)
  const option = useMemo(
    () => ({
      legend: { bottom: 0, itemWidth: 10, itemHeight: 10, icon: 'roundRect' },
      grid: {
        left: 4,
        right: 8,
        top: 12,
        bottom: 34,
        outerBoundsMode: 'same',
        outerBoundsContain: 'axisLabel',
      },
      xAxis: { type: 'category', data: names },
      yAxis: { type: 'value', minInterval: 1 },
      series: series.map(one => ({
        type: 'bar',
        stack: 'all',
        name: one.label,
        data: one.values,
        barMaxWidth: 22,
      })),
    }),
    [names, series],
  )
  if (total === 0) return <Text c="dimmed">{t('web.home.noActivity')}</Text>
  return (
    <Chart
      label={t('web.home.activityText', { count: total, n: formatNumber(total) })}
      height={250}
      option={option}
      onPick={({ series: label, index }) => {
        const day = days[index]
        const channels = series.find(one => one.label === label)?.channels.join(',')
        if (day) go(interactionsPath({ from: day, to: day, channels }))
      }}
      table={{
        columns: [t('web.home.day'), ...series.map(one => one.label)],
        rows: days.map((day, index) => [formatDate(day), ...series.map(one => one.values[index] ?? 0)]),
      }}
    />
  )
}

/** The busiest channels each for themselves, the others together. */
function seriesOf({ days: counted, from, to }: Activity) {
  const days: string[] = []
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    days.push(new Date(at).toISOString().slice(0, 10))
  }
  const totals = new Map<string, number>()
  for (const { channel, interactions } of counted)
    totals.set(channel, (totals.get(channel) ?? 0) + interactions)
  const ranked = [...totals].toSorted((one, other) => other[1] - one[1]).map(([channel]) => channel)
  const named = ranked.length > most + 1 ? ranked.slice(0, most) : ranked
  const place = new Map(days.map((day, index) => [day, index]))
  const valuesOf = (channels: readonly string[]) => {
    const values = days.map(() => 0)
    for (const { day, channel, interactions } of counted) {
      const index = place.get(day)
      if (index !== undefined && channels.includes(channel))
        values[index] = (values[index] ?? 0) + interactions
    }
    return values
  }
  const rest = ranked.slice(named.length)
  const series = named.map(channel => ({
    label: tKnown(`timeline.channel.${channel}`),
    channels: [channel],
    values: valuesOf([channel]),
  }))
  if (rest.length) series.push({ label: t('web.home.others'), channels: rest, values: valuesOf(rest) })
  return { days, series, total: [...totals.values()].reduce((sum, one) => sum + one, 0) }
}
