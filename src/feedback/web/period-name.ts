import { formatDate } from '../../core/web/format.ts'
import { locale } from '../../core/web/language.ts'
import type { PeriodLength } from '../responses.contract.ts'

/** `2026-03-01` as people call that month, quarter, year or week. */
export function periodName(period: string, interval: PeriodLength): string {
  const first = new Date(`${period}T00:00:00Z`)
  const year = first.getUTCFullYear()
  if (interval === 'year') return String(year)
  if (interval === 'quarter') return `Q${Math.floor(first.getUTCMonth() / 3) + 1} ${year}`
  if (interval === 'week') return formatDate(period)
  return new Intl.DateTimeFormat(locale(), {
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(first)
}
