import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { type IdNumbers, idNumbers } from './id-numbers.ts'
import type { Shared } from './measures/change.ts'
import type { Tally } from './measures/score.ts'
import {
  type Answers,
  type Arranged,
  arrange,
  periodsIn,
  segmentsIn,
  sharedBetween,
  tallyGroups,
  type Window,
  within,
} from './measures/tally.ts'
import { definitions } from './measures.contract.ts'
import { answers, type Population, rangeOfAnswers } from './population.ts'

// The answers of a population, read once and added up here (measures/tally.ts): PostgreSQL only reads an index and packs what it
// finds, because grouping a million answers by person, period and company takes it ten times as long. Decision 0010.

export interface AnswerSet extends Arranged {
  population: Population
  /** What the segments are called, where they were asked for; null is one of them. */
  segments: (string | null)[]
}

export interface Reading {
  weighted: boolean
  /** Each answer's segment, an expression over the answer as a. */
  segment?: RawBuilder<unknown> | undefined
}

const year_ms = 366 * 86_400_000
const epoch2000_ms = Date.UTC(2000, 0, 1)
/** So many people are looked up one by one; of more the companies of everybody are read. */
const mostLookedUp = 5000

/** Grows as answers are read. */
interface Columns {
  size: number
  person: Int32Array
  at: Float64Array
  value: Uint8Array
  weight: Float64Array
  segment: Int32Array
}

const emptyColumns = (): Columns => columnsOf(1024)
const columnsOf = (length: number): Columns => ({
  size: 0,
  person: new Int32Array(length),
  at: new Float64Array(length),
  value: new Uint8Array(length),
  weight: new Float64Array(length),
  segment: new Int32Array(length),
})

function withRoom(columns: Columns, more: number): Columns {
  const { size } = columns
  if (size + more <= columns.at.length) return columns
  const larger = columnsOf(size + more)
  larger.size = size
  for (const name of ['person', 'at', 'value', 'weight', 'segment'] as const)
    larger[name].set(columns[name].subarray(0, size))
  return larger
}

/** An answer in bytes: who 16, when 8 (µs since 2000), value 2, with weights 8, with segments their length 4 (−1: not known) and text. */
function packedRow({ weighted, segment }: Reading) {
  const weight = weighted ? sql`|| float8send(coalesce(a.weight, 1))` : sql``
  const text = sql`(${segment ?? sql`null`})::text`
  const named = segment
    ? sql`|| coalesce(int4send(octet_length(${text})) || convert_to(${text}, 'UTF8'), int4send(-1))`
    : sql``
  return sql`timestamptz_send(a.answered_at) || int2send(a.value::int2) ${weight} ${named} as packed`
}

/** By years, so that no reply outgrows what a text can hold. */
function slicesOf(
  { from, to }: Population,
  range: { first: Date; last: Date },
): Pick<Population, 'from' | 'to'>[] {
  const end = Math.min(to?.getTime() ?? Number.POSITIVE_INFINITY, range.last.getTime() + 1)
  const slices: Pick<Population, 'from' | 'to'>[] = []
  let start = Math.max(from?.getTime() ?? Number.NEGATIVE_INFINITY, range.first.getTime())
  for (; start < end; start += year_ms)
    slices.push({ from: new Date(start), to: new Date(Math.min(end, start + year_ms)) })
  return slices
}

export async function readAnswers(ctx: Ctx, population: Population, reading: Reading): Promise<AnswerSet> {
  const { weighted, segment } = reading
  const ids = idNumbers()
  const names = new Map<string | null, number>()
  let columns = emptyColumns()
  const range = await rangeOfAnswers(ctx, population)
  for (const slice of range ? slicesOf(population, range) : []) {
    const rows = answers(ctx, { ...population, ...slice }, packedRow(reading))
    const reply = await sql<{ n: number; packed: Buffer | null }>`
      select count(*)::int as n, string_agg(uuid_send(key) || packed, '') as packed from (${rows}) answered`.execute(
      ctx.db,
    )
    const { n = 0, packed = null } = reply.rows[0] ?? {}
    if (!packed) continue
    columns = withRoom(columns, n)
    unpack(packed, columns, { ids, weighted, names: segment && names })
  }
  const size = <T extends Int32Array | Float64Array | Uint8Array>(column: T) =>
    column.subarray(0, columns.size) as T
  const found: Answers = {
    person: size(columns.person),
    at: size(columns.at),
    value: size(columns.value),
    weight: weighted ? size(columns.weight) : undefined,
    segment: segment && size(columns.segment),
    company: await companiesOf(ctx, ids),
  }
  return { ...arrange(found), population, segments: [...names.keys()] }
}

interface Unpacking {
  ids: IdNumbers
  weighted: boolean
  names: Map<string | null, number> | undefined
}

function unpack(packed: Buffer, columns: Columns, { ids, weighted, names }: Unpacking): void {
  const bytes = viewOf(packed)
  let { size } = columns
  for (let at = 0; at < packed.length; size++) {
    columns.person[size] = ids.take(bytes, at)
    const micros = bytes.getInt32(at + 16) * 0x1_00_00_00_00 + bytes.getUint32(at + 20)
    columns.at[size] = epoch2000_ms + micros / 1000
    columns.value[size] = bytes.getInt16(at + 24)
    at += 26
    if (weighted) {
      columns.weight[size] = bytes.getFloat64(at)
      at += 8
    }
    if (!names) continue
    const length = bytes.getInt32(at)
    at += 4
    const name = length < 0 ? null : packed.toString('utf8', at, at + length)
    at += Math.max(0, length)
    const known = names.get(name)
    if (known === undefined) names.set(name, names.size)
    columns.segment[size] = known ?? names.size - 1
  }
  columns.size = size
}

const viewOf = ({ buffer, byteOffset, byteLength }: Buffer) => new DataView(buffer, byteOffset, byteLength)

/** The company of each person, through merges; −1 for those in none, and for answers of nobody. */
async function companiesOf(ctx: Ctx, ids: IdNumbers): Promise<Int32Array> {
  const company = new Int32Array(ids.size).fill(-1)
  if (ids.size === 0) return company
  const few = ids.size <= mostLookedUp ? sql`and p.id = any (${ids.texts()}::uuid[])` : sql``
  const { rows } = await sql<{ packed: Buffer | null }>`
    select string_agg(uuid_send(p.id) || uuid_send(w.root_id), '') as packed from person p
    join company w on w.workspace_id = ${ctx.workspace_id} and w.id = p.company_id
    where p.workspace_id = ${ctx.workspace_id} and p.company_id is not null ${few}`.execute(ctx.db)
  const packed = rows[0]?.packed
  if (!packed) return company
  const companies = idNumbers()
  const bytes = viewOf(packed)
  for (let at = 0; at < packed.length; at += 32) {
    const person = ids.find(bytes, at)
    if (person >= 0) company[person] = companies.take(bytes, at + 16)
  }
  return company
}

/** How many answers, unweighted. */
export const answersIn = (tally: Tally | undefined): number =>
  (tally?.counts ?? []).reduce((sum, one) => sum + one, 0)

const countingOf = ({ population }: AnswerSet) => ({
  definition: definitions[population.measure],
  last: population.relational,
})

export const always: Window = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

/** All of a window; without answers a tally of nothing. */
export function tallyOf(set: AnswerSet, window: Window = always): Tally {
  const [tally] = tallyGroups(set, { ...countingOf(set), group: within(set, window), groups: 1 })
  if (!tally) throw new Error('a group has no tally')
  return tally
}

export interface SegmentTally extends Tally {
  group: string | null
}

/** The segments that have answers in the window. */
export const tallyBySegment = (set: AnswerSet, window: Window = always): SegmentTally[] =>
  tallyGroups(set, { ...countingOf(set), group: segmentsIn(set, window), groups: set.segments.length })
    .map((tally, index) => ({ ...tally, group: set.segments[index] ?? null }))
    .filter(({ counts }) => counts.some(count => count > 0))

/** One tally for each period, counted from the instants at which they begin. */
export const tallyByPeriod = (set: AnswerSet, starts: readonly Date[], window: Window): Tally[] =>
  tallyGroups(set, {
    ...countingOf(set),
    group: periodsIn(set, window, Float64Array.from(starts, Number)),
    groups: starts.length,
  })

/** The people who answered in both windows, and what the paired test needs of them. */
export const shared = (set: AnswerSet, windows: Record<'before' | 'after', Window>): Shared =>
  sharedBetween(set, { ...countingOf(set), ...windows })

/** How many answers count. */
export async function countAnswers(ctx: Ctx, population: Population): Promise<number> {
  const rows = answers(ctx, population, sql`1 as one`)
  const { rows: found } = await sql<{ n: number }>`
    select count(*)::int as n from (${population.relational ? sql`select key from (${rows}) each group by key` : rows}) counted`.execute(
    ctx.db,
  )
  return found[0]?.n ?? 0
}
