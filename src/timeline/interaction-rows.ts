import { createHash } from 'node:crypto'
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

// Column, its type as a parameter array, and the cast from there when arrays of it cannot be sent.
const columns: [keyof InteractionRow, string, string?][] = [
  ['id', 'uuid'],
  ['occurred_at', 'timestamptz'],
  ['received_at', 'timestamptz'],
  ['sent_at', 'timestamptz'],
  ['original_at', 'timestamptz'],
  ['identifier_id', 'bigint'],
  ['identifier_ids', 'text', 'bigint[]'],
  ['channel', 'text'],
  ['kind', 'text'],
  ['name', 'text'],
  ['source', 'text'],
  ['direction', 'text'],
  ['amount_minor', 'bigint'],
  ['currency', 'text'],
  ['feeling', 'real'],
  ['score', 'numeric'],
  ['ref_kind', 'text'],
  ['ref_id', 'text'],
  ['member_id', 'uuid'],
  ['text', 'text'],
  ['properties', 'text', 'jsonb'],
  ['context', 'text', 'jsonb'],
  ['message_id', 'text'],
  ['group_id', 'text'],
  ['folds', 'boolean'],
]

const names = columns.map(([name]) => name).join(', ')

/** A column whose rows all say the same goes out as one value: most do, and arrays cost both sides. */
function parameterOf(rows: readonly InteractionRow[], name: keyof InteractionRow) {
  const first = rows[0]?.[name] ?? null
  const same = rows.every(row => isSame(row[name], first))
  return { same, value: same ? sent(first) : rows.map(row => sent(row[name])) }
}

type Value = InteractionRow[keyof InteractionRow]

const isSame = (a: Value, b: Value) =>
  a === b || (a instanceof Date && b instanceof Date && a.getTime() === b.getTime())

function sent(value: Value): unknown {
  if (value instanceof Date) return value.toISOString()
  return Array.isArray(value) ? `{${value.join(',')}}` : value
}

// The claim is sorted: two writers that meet the same messages in different order would lock each other out.
function statementFor(workspaceId: string, digests: string[], rows: readonly InteractionRow[]) {
  const values: unknown[] = [workspaceId, digests]
  const arrays: { name: string; parameter: string }[] = []
  const selected = columns.map(([name, type, cast]) => {
    const { same, value } = parameterOf(rows, name)
    values.push(value)
    const place = `$${values.length}::${type}`
    if (!same) arrays.push({ name, parameter: `${place}[]` })
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
    select $1::uuid, ${selected.join(', ')} from x join claimed using (digest)
    returning id`
  return CompiledQuery.raw(text, values)
}

/** Stores the rows whose message is new and returns their ids; a message that was ever counted is left out. */
export async function insertInteractions(ctx: Ctx, rows: readonly InteractionRow[]): Promise<Set<string>> {
  const first = new Map<string, InteractionRow>()
  for (const row of rows) {
    const digest = digestOf(row.message_id)
    if (!first.has(digest)) first.set(digest, row)
  }
  if (!first.size) return new Set()
  const statement = statementFor(ctx.workspace_id, [...first.keys()], [...first.values()])
  const { rows: stored } = await ctx.db.executeQuery<{ id: string }>(statement)
  return new Set(stored.map(row => row.id))
}

const digestOf = (messageId: string) => createHash('sha256').update(messageId).digest('hex').slice(0, 32)

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
