import { type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { listRows } from '../records/index.ts'
import { rowsChoice, rowsField, rowsKind } from '../records/kind.contract.ts'
import type { StoredInteraction } from './interactions-of.ts'
import { withinReach } from './reach.ts'
import { channels, type listInteractions as contract, directions } from './timeline.contract.ts'

const always = { never_null: true } as const

/** What the list can be filtered and sorted by. */
const interactionKind = rowsKind({
  name: 'interaction',
  plural: 'interactions',
  table: 'interaction',
  path: '/api/interactions',
  fields: [
    rowsField('occurred_at', 'date_time', always),
    rowsField('received_at', 'date_time', always),
    rowsChoice('channel', channels, always),
    rowsField('kind', 'text', always),
    rowsField('name', 'text'),
    rowsField('source', 'text'),
    rowsChoice('direction', directions),
    rowsField('amount_minor', 'money'),
    rowsField('currency', 'text'),
    rowsField('feeling', 'number'),
    rowsField('score', 'number'),
    rowsField('ref_kind', 'text'),
    rowsField('ref_id', 'text'),
    rowsField('member_id', 'member'),
    rowsField('text', 'long_text', { privacy_class: 'personal' }),
    rowsField('message_id', 'text'),
  ],
})

const columns = sql`t.id, t.occurred_at, t.received_at, t.channel, t.kind, t.name, t.text, t.source, t.direction, t.amount_minor,
  t.currency, t.feeling, t.score, t.ref_kind, t.ref_id, t.member_id, t.message_id, t.properties, t.identifier_id`

type Listed = StoredInteraction & { identifier_id: number }

/** Whose each was when it happened; a company's where no person is known. */
async function ownersOf(ctx: Ctx, rows: readonly Listed[]) {
  const found = await sql<{ person_id: string | null; company_id: string | null }>`
    select o.root_id as person_id, c.root_id as company_id
    from unnest(${rows.map(row => row.identifier_id)}::bigint[], ${rows.map(row => row.occurred_at)}::timestamptz[])
      with ordinality as x (identifier_id, at, place)
    left join identifier_person o on o.workspace_id = ${ctx.workspace_id} and o.identifier_id = x.identifier_id
      and o.retracted_at is null and x.at >= o.valid_from and x.at < o.valid_to
    left join identifier_company i on i.workspace_id = ${ctx.workspace_id} and i.identifier_id = x.identifier_id
    left join company c on c.workspace_id = i.workspace_id and c.id = i.company_id
    order by x.place`.execute(ctx.db)
  return found.rows
}

/** Interactions of the whole workspace, newest first where no other order is asked for. */
export async function listInteractions(ctx: Ctx, input: z.output<(typeof contract)['query']>) {
  const conditions = [
    sql<SqlBool>`t.workspace_id = ${ctx.workspace_id}`,
    withinReach(ctx, 't'),
    ...(input.channel ? [sql<SqlBool>`t.channel = ${input.channel}`] : []),
    ...(input.kind ? [sql<SqlBool>`t.kind = ${input.kind}`] : []),
    ...(input.source ? [sql<SqlBool>`t.source = ${input.source}`] : []),
    ...(input.since ? [sql<SqlBool>`t.occurred_at >= ${input.since}::timestamptz`] : []),
    ...(input.until ? [sql<SqlBool>`t.occurred_at < ${input.until}::timestamptz`] : []),
  ]
  const where = sql<SqlBool>`${sql.join(conditions, sql` and `)}`
  const { page, next } = await listRows(
    ctx,
    interactionKind,
    { where, columns, usual: '-occurred_at' },
    input,
  )
  const rows = page as unknown as Listed[]
  const owners = rows.length ? await ownersOf(ctx, rows) : []
  const items = rows.map((row, index) => ({
    ...row,
    person_id: owners[index]?.person_id ?? null,
    company_id: owners[index]?.company_id ?? null,
  }))
  return { items, next }
}
