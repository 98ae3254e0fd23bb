import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import type { Measured } from './measure-query.ts'

type Unit = Measured['unit']

const optionsOf: Record<Unit, Intl.NumberFormatOptions> = {
  points: { maximumFractionDigits: 1, minimumFractionDigits: 1, signDisplay: 'exceptZero' },
  percent: { maximumFractionDigits: 1, minimumFractionDigits: 1, style: 'unit', unit: 'percent' },
  scale: { maximumFractionDigits: 2, minimumFractionDigits: 2 },
}

/** A score as it is told in its unit; nothing where there is none. */
export const scoreText = (unit: Unit, value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : formatNumber(value, optionsOf[unit])

/** A difference between two scores, without its sign where the words say it. */
export function differenceText(unit: Unit, value: number, { signed = true } = {}): string {
  const digits = unit === 'scale' ? 2 : 1
  const number = formatNumber(signed ? value : Math.abs(value), {
    maximumFractionDigits: digits,
    ...(signed ? { signDisplay: 'exceptZero' as const } : {}),
  })
  return t(`feedback.score.unit.${unit}`, { number })
}

/** How a score is drawn: the ends of its scale, and how it is written. */
export function scoreProps({ unit, scale }: Pick<Measured, 'unit'> & { scale?: Measured['scale'] }) {
  const ends = { points: [-100, 100], percent: [0, 100], scale: [scale?.min ?? 1, scale?.max ?? 5] } as const
  return { scale: ends[unit], format: optionsOf[unit] }
}
