import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'

// Keeps one source from flooding an open link, counted in the database and so the same for all processes. A burst of
// 400 and then two a second: a lecture hall behind one address answers at once, a script does not fill the survey.
// Personal links need none of this, since each takes one answer.

const burst = 400
const interval_ms = 500

export async function takesFrom(ctx: Ctx, survey_id: string, ip: string): Promise<boolean> {
  const day = ctx.now.toISOString().slice(0, 10)
  const source_digest = ctx.machine.secrets.mac('feedback.source', `${day} ${network(ip)}`)
  const ahead = sql`${sql.lit(interval_ms)} * interval '1 millisecond'`
  // GCRA: one row, moved ahead by one interval for each submission that is let in.
  const { rows } = await sql<{ taken: boolean }>`
    insert into submission_rate as rate (workspace_id, survey_id, source_digest, arrival_at)
    values (${ctx.workspace_id}, ${survey_id}, ${source_digest}, ${ctx.now}::timestamptz + ${ahead})
    on conflict (workspace_id, survey_id, source_digest) do update
      set arrival_at = greatest(rate.arrival_at, ${ctx.now}::timestamptz) + ${ahead}
      where greatest(rate.arrival_at, ${ctx.now}::timestamptz) < ${ctx.now}::timestamptz + ${sql.lit(burst)} * ${ahead}
    returning true as taken`.execute(ctx.db)
  // Whoever caught up with the steady rate is forgotten.
  await sql`delete from submission_rate where workspace_id = ${ctx.workspace_id} and (survey_id, source_digest) in (
    select survey_id, source_digest from submission_rate
    where workspace_id = ${ctx.workspace_id} and arrival_at < ${ctx.now}::timestamptz - interval '1 hour'
    order by arrival_at limit 10 for update skip locked)`.execute(ctx.db)
  return rows.length > 0
}

/** One household or office: an IPv6 customer has a whole /64 to choose from. */
function network(ip: string): string {
  if (!ip.includes(':') || ip.includes('.')) return ip
  const [head = '', tail = ''] = ip.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = ip.includes('::') ? Array.from({ length: 8 - before.length - after.length }, () => '0') : []
  return [...before, ...zeros, ...after].slice(0, 4).join(':')
}
