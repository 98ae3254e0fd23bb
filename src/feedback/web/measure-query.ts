import type { Call, Reply } from '../../core/endpoint.ts'
import { linkSteps } from '../asked.contract.ts'
import { beginningOf } from '../days.contract.ts'
import type { measure as contract, measureSegments } from '../measure.contract.ts'
import { definitions, type Measure, measures } from '../measures.contract.ts'
import { comparedFields, groupKinds } from '../representation.contract.ts'
import { intervals, segmentGroups } from '../responses.contract.ts'

export type Measured = Reply<typeof contract>
export type Segment = Reply<typeof measureSegments>['segments'][number]
type Query = NonNullable<Call<typeof contract>['query']>

/** What is asked: which measure, of which answers. */
export interface MeasureQuery {
  params: { measure: Measure }
  query: Query
  /** The same without what only the answers know: links have no interval, weight, place or touchpoint. */
  links: Pick<Query, 'survey_id' | 'kind' | 'from' | 'filter'>
}

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

/** One segment of the table by segment. */
export interface PickedSegment {
  group: (typeof segmentGroups)[number]
  value: string | undefined
}

/** Which figure is asked for, as it stands in the address. */
export interface Choice {
  measure: Measure
  /** A survey's id, or a kind of survey. */
  survey: string
  range: Range
  interval: (typeof intervals)[number]
  filter: string
  weights: 'on' | 'off'
  /** What the table by segment is by. */
  by: string
  place: string | undefined
  touchpoint: string | undefined
  band: string | undefined
  score: string | undefined
  period: string | undefined
  who: WhoNumber | undefined
  share: Share | undefined
  segment: PickedSegment | undefined
}

/** What was pressed, as it stands in the address; one thing at a time. */
export type Picked = Partial<Record<(typeof pickable)[number], string>>
const pickable = ['band', 'score', 'period', 'who', 'field', 'group', 'value', 'answered', 'segment'] as const
export const nothingPicked = Object.fromEntries(pickable.map(name => [name, null]))

const among = <Value extends string>(
  values: readonly Value[],
  value: string | undefined,
): Value | undefined => values.find(one => one === value)

type Search = Readonly<Record<string, string | undefined>>

export function choiceOf(search: Search): Choice {
  const measure = among(measures, search.measure) ?? 'nps'
  const { bands } = definitions[measure]
  return {
    measure,
    survey: search.survey_id ?? among(['relational', 'transactional'], search.kind) ?? 'relational',
    range: among(ranges, search.range) ?? '12m',
    interval: among(intervals, search.interval) ?? 'month',
    filter: search.filter ?? '',
    weights: among(['on', 'off'] as const, search.weights) ?? 'off',
    by: search.by ?? 'touchpoint',
    place: search.place || undefined,
    touchpoint: search.touchpoint || undefined,
    band: bands.find(({ name }) => name === search.band)?.name,
    score: /^(\d|10)$/.test(search.score ?? '') ? search.score : undefined,
    period: /^\d{4}-\d\d-\d\d$/.test(search.period ?? '') ? search.period : undefined,
    who: among(whoNumbers, search.who),
    share: shareOf(search),
    segment: segmentOf(search),
  }
}

function shareOf(search: Search): Share | undefined {
  const field = among(comparedFields, search.field)
  const group = among(groupKinds, search.group)
  const answered = among(['true', 'false'] as const, search.answered)
  return field && group && answered ? { field, group, value: search.value, answered } : undefined
}

function segmentOf(search: Search): PickedSegment | undefined {
  const group = among(segmentGroups, search.segment)
  return group && { group, value: search.value }
}

/** A range begins at a midnight of the workspace's clock, so that the same question has the same address all day long. */
export function queryOf(choice: Choice, time_zone: string, now = new Date()): MeasureQuery {
  const { measure, survey, interval, filter, range, weights, place, touchpoint } = choice
  const from = range === 'all' ? undefined : beginningOf(range, now, time_zone).toISOString()
  const which =
    survey === 'relational' || survey === 'transactional'
      ? { kind: survey as 'relational' }
      : { survey_id: survey }
  const links = { ...which, ...(from ? { from } : {}), ...(filter.trim() ? { filter } : {}) }
  const part = { ...(place ? { place } : {}), ...(touchpoint ? { touchpoint } : {}) }
  return { params: { measure }, query: { ...links, ...part, interval, weights }, links }
}
