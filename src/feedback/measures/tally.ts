// Answers added up: how often each value was given, with what weight, and what clustering by company needs (clusters.ts), for the
// whole or for each of several groups (periods, segments). Relational answers count once per person and group, the last; of two at
// the same instant the larger value. A person in a company is part of its cluster; everybody else's answers stand each alone.
// One pass over the answers, arranged by company and person; times are milliseconds, weights positive.
import type { Definition } from '../measures.contract.ts'
import type { Shared } from './change.ts'
import { type Tally, voteOf } from './score.ts'

export interface Answers {
  /** of each answer who gave it, from 0; one of nobody has a number of its own */
  person: Int32Array
  at: Float64Array
  value: Uint8Array
  /** undefined where every answer counts 1 */
  weight: Float64Array | undefined
  /** of each answer the segment it is in, from 0; undefined where none is asked for */
  segment: Int32Array | undefined
  /** of each person the company, from 0; −1 for none */
  company: Int32Array
}

/** The same in the order of companies and people, so that a pass reads memory from its beginning to its end. */
export interface Arranged extends Omit<Answers, 'person' | 'company'> {
  /** where the answers of each person begin; one place more than there are people */
  starts: Int32Array
  /** of each person, in this order */
  company: Int32Array
}

/** Numbers in the order of their bucket, and where each bucket begins. */
function bucketed(of: Int32Array, buckets: number): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(buckets + 1)
  for (const bucket of of) starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1
  for (let bucket = 0; bucket < buckets; bucket++)
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0)
  const next = starts.slice()
  const order = new Int32Array(of.length)
  for (let index = 0; index < of.length; index++) {
    const bucket = of[index] ?? 0
    const place = next[bucket] ?? 0
    order[place] = index
    next[bucket] = place + 1
  }
  return { order, starts }
}

export function arrange({ person, at, value, weight, segment, company }: Answers): Arranged {
  const companies = company.reduce((most, one) => Math.max(most, one), -1) + 2
  const { order: people } = bucketed(
    company.map(one => one + 1),
    companies,
  )
  const rank = new Int32Array(people.length)
  for (let place = 0; place < people.length; place++) rank[people[place] ?? 0] = place
  const { order, starts } = bucketed(
    person.map(one => rank[one] ?? 0),
    people.length,
  )
  return {
    starts,
    company: moved(company, people, new Int32Array(people.length)),
    at: moved(at, order, new Float64Array(order.length)),
    value: moved(value, order, new Uint8Array(order.length)),
    weight: weight && moved(weight, order, new Float64Array(order.length)),
    segment: segment && moved(segment, order, new Int32Array(order.length)),
  }
}

/** Fills `into` in the order given. */
function moved<T extends Int32Array | Float64Array | Uint8Array>(from: T, order: Int32Array, into: T): T {
  for (let place = 0; place < order.length; place++) into[place] = from[order[place] ?? 0] ?? 0
  return into
}

export interface Counting {
  definition: Definition
  /** Only the last answer of a person in a group counts. */
  last: boolean
  /** of each answer its group, from 0; −1 for none */
  group: Int32Array
  groups: number
}

/** The answers of each person that count, person by person: `tell` for each with its group, then `done`. */
function eachCounted(
  { starts, at, value, weight }: Arranged,
  { last, group, groups }: Pick<Counting, 'last' | 'group' | 'groups'>,
  tell: (answer: number, group: number, person: number) => void,
  done?: () => void,
): void {
  const kept = new Int32Array(groups).fill(-1)
  const touched = new Int32Array(groups)
  const isLater = (one: number, other: number) => {
    const later = (at[one] ?? 0) - (at[other] ?? 0)
    if (later !== 0) return later > 0
    const larger = (value[one] ?? 0) - (value[other] ?? 0)
    return larger === 0 ? (weight?.[one] ?? 0) > (weight?.[other] ?? 0) : larger > 0
  }
  for (let person = 0; person + 1 < starts.length; person++) {
    const end = starts[person + 1] ?? 0
    let many = 0
    for (let answer = starts[person] ?? 0; answer < end; answer++) {
      const own = group[answer] ?? -1
      if (own < 0) continue
      if (!last) {
        tell(answer, own, person)
        continue
      }
      const before = kept[own] ?? -1
      if (before < 0) touched[many++] = own
      if (before < 0 || isLater(answer, before)) kept[own] = answer
    }
    for (let index = 0; index < many; index++) {
      const own = touched[index] ?? 0
      tell(kept[own] ?? 0, own, person)
      kept[own] = -1
    }
    done?.()
  }
}

/** What is added up, by group, and of the company at hand. */
interface Ledger {
  low: number
  width: number
  /** by group and value */
  counts: Float64Array
  weights: Float64Array
  squares: Float64Array
  clusters: Float64Array
  sizes_squared: Float64Array
  figures: {
    votes: readonly number[]
    squares: Float64Array
    products: Float64Array
    /** Σ w·vote of the company at hand */
    open: Float64Array
  }[]
  /** Σ w of the company at hand, and the groups it has answers in */
  open: Float64Array
  touched: number[]
}

function ledgerOf({ definition, groups }: Pick<Counting, 'definition' | 'groups'>): Ledger {
  const { scale_min: low, scale_max, score, second } = definition
  const width = scale_max - low + 1
  const [byValue, byGroup] = [() => new Float64Array(groups * width), () => new Float64Array(groups)]
  return {
    low,
    width,
    counts: byValue(),
    weights: byValue(),
    squares: byValue(),
    clusters: byGroup(),
    sizes_squared: byGroup(),
    figures: (second ? [score, second] : [score]).map(kind => ({
      votes: Array.from({ length: width }, (_, index) => voteOf(definition, kind, low + index)),
      squares: byGroup(),
      products: byGroup(),
      open: byGroup(),
    })),
    open: byGroup(),
    touched: [],
  }
}

function add(sums: Float64Array, place: number, amount: number): void {
  sums[place] = (sums[place] ?? 0) + amount
}

/** A cluster of a group is whole: its weight, and of one figure its sum of votes. */
function addCluster({ clusters, sizes_squared }: Ledger, group: number, weight: number): void {
  add(clusters, group, 1)
  add(sizes_squared, group, weight * weight)
}
function addSum(
  { squares, products }: Ledger['figures'][number],
  group: number,
  weight: number,
  sum: number,
) {
  add(squares, group, sum * sum)
  add(products, group, sum * weight)
}

function closeCompany(ledger: Ledger): void {
  const { touched, open, figures } = ledger
  for (const group of touched) {
    const weight = open[group] ?? 0
    addCluster(ledger, group, weight)
    for (const figure of figures) {
      addSum(figure, group, weight, figure.open[group] ?? 0)
      figure.open[group] = 0
    }
    open[group] = 0
  }
  touched.length = 0
}

function count(ledger: Ledger, group: number, value: number, weight: number): void {
  const place = group * ledger.width + value - ledger.low
  add(ledger.counts, place, 1)
  add(ledger.weights, place, weight)
  add(ledger.squares, place, weight * weight)
}

function countAlone(ledger: Ledger, group: number, value: number, weight: number): void {
  addCluster(ledger, group, weight)
  for (const figure of ledger.figures)
    addSum(figure, group, weight, weight * (figure.votes[value - ledger.low] ?? 0))
}

function countInCompany(ledger: Ledger, group: number, value: number, weight: number): void {
  if (ledger.open[group] === 0) ledger.touched.push(group)
  add(ledger.open, group, weight)
  for (const figure of ledger.figures)
    add(figure.open, group, weight * (figure.votes[value - ledger.low] ?? 0))
}

function tallyIn(
  { width, counts, weights, squares, clusters, sizes_squared, figures }: Ledger,
  group: number,
) {
  const part = (of: Float64Array) => [...of.subarray(group * width, (group + 1) * width)]
  return {
    counts: part(counts),
    weights: part(weights),
    squares: part(squares),
    clusters: figures.map(figure => ({
      clusters: clusters[group] ?? 0,
      cluster_squares: figure.squares[group] ?? 0,
      cluster_products: figure.products[group] ?? 0,
      cluster_sizes_squared: sizes_squared[group] ?? 0,
    })),
  }
}

/** One tally for each group, in their order; of a group without answers all zeros. */
export function tallyGroups(answers: Arranged, counting: Counting): Tally[] {
  const { company, value, weight } = answers
  const ledger = ledgerOf(counting)
  let current = -1
  eachCounted(answers, counting, (answer, group, person) => {
    const own = company[person] ?? -1
    if (own !== current) closeCompany(ledger)
    current = own
    const [given, worth] = [value[answer] ?? 0, weight?.[answer] ?? 1]
    count(ledger, group, given, worth)
    if (own < 0) countAlone(ledger, group, given, worth)
    else countInCompany(ledger, group, given, worth)
  })
  closeCompany(ledger)
  return Array.from({ length: counting.groups }, (_, group) => tallyIn(ledger, group))
}

export interface Window {
  from: number
  to: number
}

const isIn = ({ from, to }: Window, at: number): boolean => at >= from && at < to

/** Of each answer its group in the window, −1 outside. */
function groupsIn(
  { at }: Pick<Arranged, 'at'>,
  window: Window,
  groupOf: (answer: number, at: number) => number,
) {
  const group = new Int32Array(at.length)
  for (let answer = 0; answer < at.length; answer++) {
    const instant = at[answer] ?? 0
    group[answer] = isIn(window, instant) ? groupOf(answer, instant) : -1
  }
  return group
}

/** All answers of the window in one group. */
export const within = (answers: Arranged, window: Window): Int32Array => groupsIn(answers, window, () => 0)

/** Each answer of the window in its segment. */
export const segmentsIn = (answers: Arranged, window: Window): Int32Array =>
  groupsIn(answers, window, answer => answers.segment?.[answer] ?? -1)

/** Each answer of the window in its period, the last that had begun; `starts` ascend. */
export function periodsIn(answers: Arranged, window: Window, starts: Float64Array): Int32Array {
  return groupsIn(answers, window, (_, at) => {
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= at) low = middle + 1
      else high = middle
    }
    return low - 1
  })
}

/** What the paired test needs of the people who answered in both windows (change.ts); the windows do not overlap. */
export function sharedBetween(
  answers: Arranged,
  {
    definition,
    last,
    before,
    after,
  }: Pick<Counting, 'definition' | 'last'> & Record<'before' | 'after', Window>,
): Shared {
  const { at, value, weight } = answers
  const group = new Int32Array(at.length)
  for (let answer = 0; answer < at.length; answer++) {
    const instant = at[answer] ?? 0
    group[answer] = isIn(before, instant) ? 0 : isIn(after, instant) ? 1 : -1
  }
  const votes = Array.from({ length: definition.scale_max + 1 }, (_, one) =>
    voteOf(definition, definition.score, one),
  )
  const [s, m] = [new Float64Array(2), new Float64Array(2)]
  const shared = { n: 0, sum_before: 0, sum_after: 0, sum_product: 0 }
  const tell = (answer: number, side: number) => {
    const worth = weight?.[answer] ?? 1
    add(s, side, worth * (votes[value[answer] ?? 0] ?? 0))
    add(m, side, worth)
  }
  const done = () => {
    const [sx, sy, mx, my] = [s[0] ?? 0, s[1] ?? 0, m[0] ?? 0, m[1] ?? 0]
    shared.n += mx * my
    shared.sum_before += sx * my
    shared.sum_after += mx * sy
    shared.sum_product += sx * sy
    s.fill(0)
    m.fill(0)
  }
  eachCounted(answers, { last, group, groups: 2 }, tell, done)
  return shared
}
