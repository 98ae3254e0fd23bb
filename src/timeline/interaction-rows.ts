import { hash } from 'node:crypto'
import { CompiledQuery, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import type { Machine } from '../core/machine.ts'

/** One interaction as it is stored; JSON already as text. */
export interface InteractionRow {
  id: string
  occurred_at: Date
  received_at: Date
  sent_at: Date | null
  original_at: Date | null
  identifier_id: number
  identifier_ids: number[]
  channel: string
  kind: string
  name: string | null
  source: string | null
  direction: string | null
  amount_minor: number | null
  currency: string | null
  feeling: number | null
  score: number | null
  ref_kind: string | null
  ref_id: string | null
  member_id: string | null
  text: string | null
  properties: string
  context: string
  message_id: string
  group_id: string | null
  folds: boolean
}

interface Column {
  name: keyof InteractionRow
  type: string
  /** The cast from there, where arrays of it cannot be sent. */
  cast?: string
  /** How many values go out as one parameter: as an array, as one where nothing needs quotes, or as lines. */
  as: 'array' | 'bare' | 'lines'
}

const column = (
  name: Column['name'],
  type: string,
  as: Column['as'] = type === 'text' ? 'array' : 'bare',
  cast?: string,
): Column => ({ name, type, as, ...(cast ? { cast } : {}) })

const columns: Column[] = [
  column('id', 'uuid'),
  column('occurred_at', 'timestamptz'),
  column('received_at', 'timestamptz'),
  column('sent_at', 'timestamptz'),
  column('original_at', 'timestamptz'),
  column('identifier_id', 'bigint'),
  column('identifier_ids', 'text', 'lines', 'bigint[]'),
  column('channel', 'text'),
  column('kind', 'text'),
  column('name', 'text'),
  column('source', 'text'),
  column('direction', 'text'),
  column('amount_minor', 'bigint'),
  column('currency', 'text'),
  column('feeling', 'real'),
  column('score', 'numeric'),
  column('ref_kind', 'text'),
  column('ref_id', 'text'),
  column('member_id', 'uuid'),
  column('text', 'text'),
  column('properties', 'text', 'lines', 'jsonb'),
  column('context', 'text', 'lines', 'jsonb'),
  column('message_id', 'text'),
  column('group_id', 'text'),
  column('folds', 'boolean'),
]

const names = columns.map(({ name }) => name).join(', ')

/** A column whose rows all say the same goes out as one value: most do, and arrays cost both sides. */
function parameterOf(rows: readonly InteractionRow[], { name, as }: Column) {
  const first = rows[0]?.[name] ?? null
  const same = rows.every(row => isSame(row[name], first))
  return { same, value: same ? sent(first) : together(rows, name, as) }
}

/** JSON text holds no line break of its own; quoted in an array, its many quotes would cost both sides. */
function together(rows: readonly InteractionRow[], name: Column['name'], as: Column['as']): unknown {
  const values = rows.map(row => sent(row[name]))
  if (as === 'lines') return values.join('\n')
  if (as === 'bare') return `{${values.map(value => value ?? 'null').join(',')}}`
  return values
}

type Value = InteractionRow[keyof InteractionRow]

const isSame = (a: Value, b: Value) =>
  a === b || (a instanceof Date && b instanceof Date && a.getTime() === b.getTime())

function sent(value: Value): string | number | boolean | null {
  if (value instanceof Date) return value.toISOString()
  return Array.isArray(value) ? `{${value.join(',')}}` : value
}

// The claim is sorted: two writers that meet the same messages in different order would lock each other out.
function statementFor(workspaceId: string, byDigest: ReadonlyMap<string, InteractionRow>) {
  const rows = [...byDigest.values()]
  const values: unknown[] = [workspaceId, `{${[...byDigest.keys()].join(',')}}`]
  const arrays: { name: string; parameter: string }[] = []
  const selected = columns.map(column => {
    const { name, type, cast, as } = column
    const { same, value } = parameterOf(rows, column)
    values.push(value)
    const place = `$${values.length}::${type}`
    if (!same)
      arrays.push({ name, parameter: as === 'lines' ? `string_to_array(${place}, E'\\n')` : `${place}[]` })
    return `${same ? place : `x.${name}`}${cast ? `::${cast}` : ''}`
  })
  const parameters = ['$2::uuid[]', ...arrays.map(one => one.parameter)].join(', ')
  const text = `
    with x as materialized (
      select * from unnest(${parameters}) as x (${['digest', ...arrays.map(one => one.name)].join(', ')})
    ), claimed as (
      insert into message_digest (workspace_id, digest)
      select $1::uuid, digest from x order by digest
      on conflict do nothing
      returning digest
    )
    insert into interaction (workspace_id, ${names})
    select $1::uuid, ${selected.join(', ')} from x join claimed using (digest)`
  return { text, values }
}

/** Stores the rows whose message is new and returns their ids; a message that was ever counted is left out. */
export async function insertInteractions(ctx: Ctx, rows: readonly InteractionRow[]): Promise<Set<string>> {
  if (!rows.length) return new Set()
  const { text, values } = statementFor(ctx.workspace_id, firstOfEach(rows))
  const statement = CompiledQuery.raw(`${text} returning id`, values)
  const { rows: stored } = await ctx.db.executeQuery<{ id: string }>(statement)
  return new Set(stored.map(row => row.id))
}

/** The same for a stream of events, which need no more than how many were new. */
export async function countNewInteractions(ctx: Ctx, rows: readonly InteractionRow[]): Promise<number> {
  if (!rows.length) return 0
  const { text, values } = statementFor(ctx.workspace_id, firstOfEach(rows))
  const { numAffectedRows } = await ctx.db.executeQuery(CompiledQuery.raw(text, values))
  return Number(numAffectedRows)
}

/** By digest, the first row of each message. */
function firstOfEach(rows: readonly InteractionRow[]): Map<string, InteractionRow> {
  const first = new Map<string, InteractionRow>()
  for (const row of rows) {
    const digest = digestOf(row.message_id)
    if (!first.has(digest)) first.set(digest, row)
  }
  return first
}

const digestOf = (messageId: string) => hash('sha256', messageId, 'hex').slice(0, 32)

const madeMonths = new WeakMap<Machine, Set<number>>()
const monthOf = (time: Date) => time.getUTCFullYear() * 12 + time.getUTCMonth()
const firstDayOf = (month: number) => new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)).toISOString()
const firstMonth = 2000 * 12

/** Partitions are made in a transaction of their own: whoever writes interactions must not hold the lock that this takes. */
export async function ensureMonths(machine: Machine, times: Iterable<Date>): Promise<void> {
  const made = madeMonths.get(machine) ?? new Set()
  madeMonths.set(machine, made)
  const missing = new Set<number>()
  for (const time of times) {
    const month = monthOf(time)
    if (month >= firstMonth && !made.has(month)) missing.add(month)
  }
  if (!missing.size) return
  const months = [...missing].sort((a, b) => a - b)
  await machine.system(db =>
    sql`select rapport.make_interaction_months(${months.map(firstDayOf)}::date[])`.execute(db),
  )
  for (const month of months) made.add(month)
}

/** The months that ordinary traffic will soon need. */
export async function ensureMonthsAhead(machine: Machine): Promise<void> {
  const now = machine.clock.now()
  const ahead = [-1, 0, 1, 2].map(
    months => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1)),
  )
  await ensureMonths(machine, ahead)
}
