import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatNumber } from '../core/web/format.ts'
import { t } from '../core/web/i18n.ts'
import classes from './Score.module.css'

interface ScoreProps {
  label: string
  /** Absent: nobody has answered yet. */
  value: number | null | undefined
  /** Absent: the number itself would tell too much. */
  n: number | null
  low?: number | null | undefined
  high?: number | null | undefined
  /** The ends of the scale the interval is drawn on. */
  scale: readonly [number, number]
  /** How the number is written; whole without. */
  format?: Intl.NumberFormatOptions
  children?: ReactNode
}

const whole: Intl.NumberFormatOptions = { maximumFractionDigits: 0 }

/** A number that says how sure it is. */
export function Score({ label, value, n, low, high, scale, format: options = whole, children }: ScoreProps) {
  const known = value !== null && value !== undefined
  const sure = known && n !== null && typeof low === 'number' && typeof high === 'number'
  return (
    <div className={classes.score}>
      <Text size="sm" c="dimmed" fw={560}>
        {label}
      </Text>
      <div className={classes.value}>{known ? formatNumber(value, options) : '–'}</div>
      {sure && <Interval value={value} low={low} high={high} scale={scale} />}
      <Text size="sm" c="dimmed" className="rp-number">
        {sure
          ? t('ui.score.interval', {
              low: formatNumber(low, options),
              high: formatNumber(high, options),
              count: n,
              n: formatNumber(n),
            })
          : n !== null && t('ui.score.n', { count: n, n: formatNumber(n) })}
      </Text>
      {children}
    </div>
  )
}

interface IntervalProps {
  value: number
  low: number
  high: number
  scale: readonly [number, number]
}

/** The 95 % interval as a line on the scale; what it says also stands beside it in words. */
export function Interval({ value, low, high, scale: [from, to] }: IntervalProps) {
  const at = (x: number) => (Math.min(to, Math.max(from, x)) - from) / (to - from)
  return (
    <svg
      className={classes.interval}
      viewBox="0 0 200 14"
      preserveAspectRatio="none"
      aria-hidden
      focusable="false"
    >
      <line x1="0" x2="200" y1="7" y2="7" className={classes.scale} />
      <line x1={at(low) * 200} x2={at(high) * 200} y1="7" y2="7" className={classes.range} />
      <line x1={at(value) * 200} x2={at(value) * 200} y1="1" y2="13" className={classes.point} />
    </svg>
  )
}
