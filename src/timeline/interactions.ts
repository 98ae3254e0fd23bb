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
  t.currency, t.feeling, t.score, t.ref_kind, t.ref_id, t.member_id, t.message_id, t.properties`

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
  return { items: page as unknown as StoredInteraction[], next }
}
