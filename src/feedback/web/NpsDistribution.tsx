import { Group, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { formatNumber, formatPercent } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { bands } from '../responses.contract.ts'
import classes from './NpsDistribution.module.css'
import type { Choice, Nps, Picked } from './nps-query.ts'

interface NpsDistributionProps {
  nps: Nps
  band: Choice['band']
  onPick: (patch: Picked) => void
}

/** How often each answer was given; every bar and every band opens its answers. */
export function NpsDistribution({ nps, band, onPick }: NpsDistributionProps) {
  const { distribution } = nps
  if (!distribution) return <Text size="sm">{t('feedback.nps.withheld')}</Text>
  const most = Math.max(1, ...distribution)
  const bars = distribution.map((count, score) => ({ score, count }))
  return (
    <div>
      <Text size="sm" c="dimmed" fw={560} mb="xs">
        {t('feedback.nps.distribution')}
      </Text>
      <ol className={classes.bars}>
        {bars.map(({ score, count }) => (
          <li key={score}>
            <UnstyledButton className={classes.bar} onClick={() => onPick({ score: String(score) })}>
              <span className={classes.count}>
                {formatNumber(count)}
                <VisuallyHidden> × {t('feedback.nps.answer')}</VisuallyHidden>
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
        {bands.toReversed().map(one => {
          const count = nps[one] ?? 0
          return (
            <UnstyledButton
              key={one}
              className={classes.band}
              data-picked={one === band || undefined}
              onClick={() => onPick({ band: one })}
            >
              <Text size="xs" c="dimmed">
                {t(`feedback.band.${one}`)}
                <br />
                {t(`feedback.bandText.${one}`)}
              </Text>
              <Text size="sm" fw={560} className="rp-number">
                {formatNumber(count)} · {formatPercent(nps.n ? count / nps.n : 0)}
              </Text>
            </UnstyledButton>
          )
        })}
      </Group>
    </div>
  )
}
