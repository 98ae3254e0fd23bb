import { Group, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { formatNumber, formatPercent } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import classes from './MeasureDistribution.module.css'
import type { Choice, Measured, Picked } from './measure-query.ts'

interface MeasureDistributionProps {
  measured: Measured
  band: Choice['band']
  onPick: (patch: Picked) => void
}

/** How often each answer was given; every bar and every band opens its answers. */
export function MeasureDistribution({ measured, band, onPick }: MeasureDistributionProps) {
  const { distribution, scale, bands } = measured
  if (!distribution) return <Text size="sm">{t('feedback.score.withheld')}</Text>
  const most = Math.max(1, ...distribution)
  const bars = distribution.map((count, index) => ({ score: scale.min + index, count }))
  return (
    <div>
      <Text size="sm" c="dimmed" fw={560} mb="xs">
        {t('feedback.score.distribution')}
      </Text>
      <ol className={classes.bars}>
        {bars.map(({ score, count }) => (
          <li key={score}>
            <UnstyledButton className={classes.bar} onClick={() => onPick({ score: String(score) })}>
              <span className={classes.count}>
                {formatNumber(count)}
                <VisuallyHidden> × {t('feedback.score.answer')}</VisuallyHidden>
              </span>
              <svg className={classes.column} viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden>
                <rect
                  x="0"
                  width="10"
                  y={100 - (100 * count) / most}
                  height={(100 * count) / most}
                  className={classes.fill}
                />
              </svg>
              <span className={classes.score}>{score}</span>
            </UnstyledButton>
          </li>
        ))}
      </ol>
      <Group gap="xs" mt="sm" grow>
        {(bands ?? []).toReversed().map(one => (
          <UnstyledButton
            key={one.band}
            className={classes.band}
            data-picked={one.band === band || undefined}
            aria-pressed={one.band === band}
            onClick={() => onPick({ band: one.band })}
          >
            <Text size="xs" c="dimmed">
              {t(`feedback.band.${one.band}`)}
              <br />
              {one.from === one.to ? one.from : `${one.from}–${one.to}`}
            </Text>
            <Text size="sm" fw={560} className="rp-number">
              {formatNumber(one.n)} · {formatPercent(one.share)}
            </Text>
            <Text size="xs" c="dimmed" className="rp-number">
              {formatPercent(one.low)} – {formatPercent(one.high)}
            </Text>
          </UnstyledButton>
        ))}
      </Group>
    </div>
  )
}
