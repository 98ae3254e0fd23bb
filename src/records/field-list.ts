import { type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import type { CustomField } from './catalogue.ts'
import { customTypes, type listFields } from './fields.contract.ts'
import { listFieldsOf } from './fields.ts'
import { privacyClasses, rowsChoice, rowsField, rowsKind } from './kind.contract.ts'
import { listRows } from './rows.ts'

/** What the list can be filtered and sorted by. */
const fieldKind = rowsKind({
  name: 'field',
  plural: 'fields',
  table: 'field',
  path: '/api/fields',
  fields: [
    rowsField('kind', 'text', { never_null: true }),
    rowsField('key', 'text', { never_null: true }),
    rowsChoice('type', customTypes, { never_null: true }),
    rowsField('unit', 'text'),
    rowsChoice('privacy_class', privacyClasses, { never_null: true }),
    rowsField('searchable', 'boolean', { never_null: true }),
    rowsField('is_unique', 'boolean', { never_null: true }),
    rowsField('analytic', 'boolean', { never_null: true }),
    rowsField('position', 'number', { never_null: true }),
    rowsField('archived_at', 'date_time'),
    rowsField('created_at', 'date_time', { never_null: true }),
  ],
})

/** Kind by kind in their own order, where no other is asked for. There are few: those that the reader sees are known before. */
export async function listFieldPage(
  ctx: Ctx,
  query: z.output<typeof listFields.query>,
): Promise<{ items: CustomField[]; next: string | null }> {
  const seen = await listFieldsOf(ctx, { kind: query.kind, archived: query.archived === 'true' })
  const byId = new Map(seen.map(field => [field.id, field]))
  const where = sql<SqlBool>`t.workspace_id = ${ctx.workspace_id} and t.id = any(${[...byId.keys()]}::uuid[])`
  const { page, next } = await listRows(
    ctx,
    fieldKind,
    { where, columns: sql`t.id`, usual: 'kind,position' },
    query,
  )
  return { items: page.flatMap(row => byId.get(row.id) ?? []), next }
}
