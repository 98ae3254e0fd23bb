import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { loadCatalogue } from './catalogue.ts'
import { reachable } from './filter-compile.ts'
import { findKind, type Kind } from './kind.contract.ts'
import { mostRecent } from './recent.contract.ts'
import { getRecord } from './records.ts'
import { says } from './says.ts'
import { titleIn } from './titles.ts'

// Ids and instants only. What a record is called is asked anew each time, of the reader's rights as they are then.

export interface Recent {
  kind: string
  id: string
  title: string
  viewed_at: string
}

function memberOf(ctx: Ctx): string {
  const { member_id } = ctx.principal
  if (member_id === null) throw fail('forbidden')
  return member_id
}

export async function noteViewed(
  ctx: Ctx,
  { kind: name, id }: { kind: string; id: string },
): Promise<{ kind: string; id: string }> {
  const kind = findKind(name)
  if (!kind || !(await loadCatalogue(ctx)).has(name))
    throw fail('invalid', { errors: [{ path: 'kind', message: says.no_such_kind() }] })
  const record = await getRecord(ctx, kind, id)
  const member_id = memberOf(ctx)
  await sql`insert into recent_record (workspace_id, member_id, kind, record_id, viewed_at)
    values (${ctx.workspace_id}, ${member_id}, ${name}, ${record.id}, ${ctx.now})
    on conflict (workspace_id, member_id, kind, record_id) do update set viewed_at = excluded.viewed_at`.execute(
    ctx.db,
  )
  await sql`delete from recent_record r where r.workspace_id = ${ctx.workspace_id} and r.member_id = ${member_id}
    and (r.kind, r.record_id) not in (select n.kind, n.record_id from recent_record n
      where n.workspace_id = r.workspace_id and n.member_id = r.member_id
      order by n.viewed_at desc, n.record_id limit ${mostRecent})`.execute(ctx.db)
  return { kind: name, id: record.id }
}

/** Those of one kind that are there and within reach, each as the record it is read through. */
async function recentOf(ctx: Ctx, kind: Kind): Promise<Recent[]> {
  const called = titleIn(kind, (await loadCatalogue(ctx)).get(kind.name)) ?? sql`null::text`
  const root = sql.ref(`asked.${kind.merge?.root ?? 'id'}`)
  const { rows } = await sql<{ id: string; title: string | null; viewed_at: Date }>`
    select t.id, max(r.viewed_at) as viewed_at,
      ${called} as title
    from recent_record r
    join ${sql.table(kind.table)} as asked on asked.workspace_id = r.workspace_id and asked.id = r.record_id
    join ${sql.table(kind.table)} as t on t.workspace_id = asked.workspace_id and t.id = ${root}
    where r.workspace_id = ${ctx.workspace_id}::uuid and r.member_id = ${memberOf(ctx)}::uuid
      and r.kind = ${kind.name} and ${reachable(ctx, kind, 't')}
    group by t.id, 3`.execute(ctx.db)
  return rows.map(row => ({
    kind: kind.name,
    id: row.id,
    title: row.title ?? '',
    viewed_at: row.viewed_at.toISOString(),
  }))
}

export async function listViewed(ctx: Ctx): Promise<{ items: Recent[]; next: null }> {
  const items: Recent[] = []
  for (const name of (await loadCatalogue(ctx)).keys()) {
    const kind = findKind(name)
    if (kind) items.push(...(await recentOf(ctx, kind)))
  }
  return { items: items.toSorted((one, other) => other.viewed_at.localeCompare(one.viewed_at)), next: null }
}

export async function forgetViewed(ctx: Ctx): Promise<{ forgotten: number }> {
  const { numDeletedRows } = await ctx.db
    .deleteFrom('recent_record')
    .where('workspace_id', '=', ctx.workspace_id)
    .where('member_id', '=', memberOf(ctx))
    .executeTakeFirstOrThrow()
  return { forgotten: Number(numDeletedRows) }
}
