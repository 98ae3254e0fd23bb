import type { Call, Reply } from '../../core/endpoint.ts'
import { linkSteps } from '../asked.contract.ts'
import type { npsMeasure } from '../nps.contract.ts'
import { comparedFields, groupKinds } from '../representation.contract.ts'
import { bands, intervals } from '../responses.contract.ts'

export type Nps = Reply<typeof npsMeasure>
export type MeasureQuery = NonNullable<Call<typeof npsMeasure>['query']>

export const ranges = ['90d', '12m', '24m', 'all'] as const
export type Range = (typeof ranges)[number]

/** The numbers of who answered: a step of the personal links, the rate of them, or the answers without one. */
export const whoNumbers = [...linkSteps, 'rate', 'uninvited'] as const
export type WhoNumber = (typeof whoNumbers)[number]

/** A share of those who answered, or did not. */
export interface Share {
  field: (typeof comparedFields)[number]
  group: (typeof groupKinds)[number]
  value: string | undefined
  answered: 'true' | 'false'
}

/** Which figure is asked for, as it stands in the address. */
export interface Choice {
  /** A survey's id, or a kind of survey. */
  survey: string
  range: Range
  interval: (typeof intervals)[number]
  filter: string
  band: (typeof bands)[number] | undefined
  score: string | undefined
  period: string | undefined
  who: WhoNumber | undefined
  share: Share | undefined
}

/** What was pressed, as it stands in the address; one thing at a time. */
export type Picked = Partial<Record<(typeof pickable)[number], string>>
const pickable = ['band', 'score', 'period', 'who', 'field', 'group', 'value', 'answered'] as const
export const nothingPicked = Object.fromEntries(pickable.map(name => [name, null]))

const among = <Value extends string>(
  values: readonly Value[],
  value: string | undefined,
): Value | undefined => values.find(one => one === value)

export function choiceOf(search: Readonly<Record<string, string | undefined>>): Choice {
  return {
    survey: search.survey_id ?? among(['relational', 'transactional'], search.kind) ?? 'relational',
    range: among(ranges, search.range) ?? '12m',
    interval: among(intervals, search.interval) ?? 'month',
    filter: search.filter ?? '',
    band: among(bands, search.band),
    score: /^(\d|10)$/.test(search.score ?? '') ? search.score : undefined,
    period: /^\d{4}-\d\d-\d\d$/.test(search.period ?? '') ? search.period : undefined,
    who: among(whoNumbers, search.who),
    share: shareOf(search),
  }
}

function shareOf(search: Readonly<Record<string, string | undefined>>): Share | undefined {
  const field = among(comparedFields, search.field)
  const group = among(groupKinds, search.group)
  const answered = among(['true', 'false'] as const, search.answered)
  return field && group && answered ? { field, group, value: search.value, answered } : undefined
}

const daysOf = { '90d': 90, '12m': 365, '24m': 730 } as const

/** The beginning of a range, at a full day so that the same question has the same address all day long. */
function beginningOf(range: Range, now: Date): string | undefined {
  if (range === 'all') return undefined
  const day = new Date(now)
  day.setUTCHours(0, 0, 0, 0)
  day.setUTCDate(day.getUTCDate() - daysOf[range])
  return day.toISOString()
}

export function queryOf(choice: Choice, now = new Date()): MeasureQuery {
  const { survey, interval, filter, range } = choice
  const from = beginningOf(range, now)
  const which =
    survey === 'relational' || survey === 'transactional'
      ? { kind: survey as 'relational' }
      : { survey_id: survey }
  return { ...which, interval, ...(from ? { from } : {}), ...(filter.trim() ? { filter } : {}) }
}
