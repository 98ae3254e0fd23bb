import { sql } from 'kysely'
import type { Ctx } from '../../core/ctx.ts'
import { fail } from '../../core/errors.ts'
import type { ImportPlan } from '../import-plan.ts'
import { mayImport } from '../import-rights.ts'
import { getImport } from '../imports.ts'
import { type ReadRow, rowReader } from '../read-row.ts'
import type { RecordItem } from '../record-rows.ts'
import { headerEnd, type Row, readRows } from '../rows.ts'
import { says } from '../says.ts'
import type { Baseline, LastFile } from './baseline.ts'
import { upsertRows } from './changed-rows.ts'

const at_once = 500

/** Rows of the last file whose record was in no row of this one, some at a time. */
export async function* goneRows(baseline: Baseline, last: LastFile): AsyncGenerator<Row[]> {
  const first = headerEnd(last.plan.dialect)
  let ready: Row[] = []
  for await (const batch of readRows(last.source, last.plan.dialect)) {
    for (const row of batch) if (row.number > first && baseline.isGone(row)) ready.push(row)
    if (ready.length < at_once) continue
    yield ready
    ready = []
  }
  if (ready.length) yield ready
}

interface Noting {
  import_id: string
  plan: ImportPlan
  last: LastFile
  baseline: Baseline
  rows: Row[]
}

/** Two rows of the last file can be one person by now: who is in the file by another address or id is not gone. */
async function metOtherwise(
  ctx: Ctx,
  { plan, baseline, ids }: { plan: ImportPlan; baseline: Baseline; ids: string[] },
): Promise<Set<string>> {
  if (plan.kind !== 'person' || !ids.length) return new Set()
  const { rows } = await sql<{ person_id: string; type: string; value: string }>`
    select o.root_id as person_id, i.type, i.value
    from identifier_person o join identifier i on i.workspace_id = o.workspace_id and i.id = o.identifier_id
    where o.workspace_id = ${ctx.workspace_id} and o.root_id = any(${ids}::uuid[])
      and o.retracted_at is null and o.valid_to = 'infinity' and i.type in ('email', 'phone', 'external_id')`.execute(
    ctx.db,
  )
  const own = `${plan.settings.source}:`
  const isMet = ({ type, value }: { type: string; value: string }) =>
    type === 'external_id'
      ? value.startsWith(own) && baseline.hasMet(type, value.slice(own.length))
      : baseline.hasMet(type, value)
  return new Set(rows.filter(isMet).map(row => row.person_id))
}

/** Notes the records of these rows as gone, and marks them where that was asked for. Done twice, it changes nothing. */
export async function noteGone(
  ctx: Ctx,
  { import_id, plan, last, baseline, rows }: Noting,
  tag: string | undefined,
): Promise<void> {
  const mapping = last.plan.mapping.filter(
    ({ target }) => plan.match.includes(target) || target === 'country',
  )
  const columns = Number.POSITIVE_INFINITY
  const read = rowReader({
    ...last.plan,
    mapping,
    columns,
    defaults: [],
    settings: { ...last.plan.settings, bad_cells: 'skip' },
  })
  const known = rows.flatMap(row => {
    const reading = read(row)
    return 'problem' in reading ? [] : [{ row, item: identity(reading, plan.match) }]
  })
  const outcomes = await upsertRows(
    ctx,
    last.plan,
    known.map(({ item }) => item),
    { mode: 'update', match: plan.match, dry_run: true },
  )
  const found = known.flatMap(({ row }, at) => {
    const { status, id } = outcomes[at] ?? {}
    return id && status !== 'rejected' ? [{ row_number: row.number, record_id: id }] : []
  })
  const others = await metOtherwise(ctx, { plan, baseline, ids: found.map(({ record_id }) => record_id) })
  const gone = found.filter(({ record_id }) => !others.has(record_id))
  if (!gone.length) return
  await sql`
    insert into import_gone (workspace_id, import_id, record_id, kind, row_number)
    select distinct on (g.record_id) ${ctx.workspace_id}::uuid, ${import_id}::uuid, g.record_id, ${plan.kind}, g.row_number
    from jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) as g (row_number bigint, record_id uuid)
    order by g.record_id, g.row_number
    on conflict do nothing`.execute(ctx.db)
  await sql`
    update import_job set gone = (
      select count(*) from import_gone where workspace_id = ${ctx.workspace_id} and import_id = ${import_id}::uuid)
    where workspace_id = ${ctx.workspace_id} and id = ${import_id}::uuid`.execute(ctx.db)
  if (tag === undefined) return
  const marked = [...new Set(gone.map(({ record_id }) => record_id))].map(id => ({ id, tags: [tag] }))
  await upsertRows(ctx, plan, marked, { mode: 'update', match: ['id'] })
}

const identity = ({ values }: ReadRow, match: readonly string[]): RecordItem => {
  const own = match.filter(key => key.startsWith('custom.') && values[key] !== undefined)
  const custom = Object.fromEntries(own.map(key => [key.slice('custom.'.length), values[key]]))
  const said = match.filter(key => !key.startsWith('custom.') && values[key] !== undefined)
  return {
    ...Object.fromEntries(said.map(key => [key, values[key]])),
    ...(own.length ? { custom } : {}),
  }
}

/** In the order of the last file. */
export async function listGone(
  ctx: Ctx,
  id: string,
  { limit, after }: { limit: number; after?: string | undefined },
) {
  const one = await getImport(ctx, id)
  mayImport(ctx.principal, one.kind)
  const [row = '0', record = '00000000-0000-0000-0000-000000000000'] = (after ?? '')
    .split(' ')
    .filter(Boolean)
  if (!/^\d{1,15}$/.test(row) || !/^[\da-f-]{36}$/.test(record))
    throw fail('invalid', { errors: [{ path: 'after', message: says.not_next() }] })
  const { rows } = await sql<{ id: string; kind: string; row: number }>`
    select record_id as id, kind, row_number as row from import_gone
    where workspace_id = ${ctx.workspace_id} and import_id = ${id}::uuid
      and (row_number, record_id) > (${Number(row)}, ${record}::uuid)
    order by row_number, record_id limit ${limit + 1}`.execute(ctx.db)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? `${last.row} ${last.id}` : null }
}
