import { sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../../core/ctx.ts'
import { fail } from '../../core/errors.ts'
import type { Said } from '../../core/text-sentence.ts'
import { firstChangeOf } from '../../records/index.ts'
import { sourceOf } from '../import-files.ts'
import type { ImportKind } from '../import-formats.contract.ts'
import type { ImportPlan } from '../import-plan.ts'
import { importsWithFile } from '../import-with-file.ts'
import { says } from '../says.ts'
import type { LastFile } from './baseline.ts'
import type { Series } from './changed-rows.ts'
import type { Since } from './delta.contract.ts'

// A series: an import and the newer exports of the same list that came after it. One that was undone is no part of it.

interface Found {
  id: string
  series_id: string
  file_name: string
  created_at: Date
}

/** The last finished import of the series that this one belongs to, if its file is still there. */
export async function findLast(ctx: Ctx, import_id: string): Promise<Found | undefined> {
  const { rows } = await sql<Found>`
    select j.id, s.id as series_id, f.name as file_name, j.created_at
    from (select coalesce(series_id, id) as id from import_job
      where workspace_id = ${ctx.workspace_id} and id = ${import_id}::uuid) s
    join import_job j on j.workspace_id = ${ctx.workspace_id} and (j.id = s.id or j.series_id = s.id)
    join import_file f on f.workspace_id = j.workspace_id and f.id = j.file_id
    where j.status = 'done' and not j.dry_run and j.kind in ('person', 'company') and f.deleted_at is null
    order by j.created_at desc, j.id desc limit 1`.execute(ctx.db)
  return rows[0]
}

/** What an import is compared with, or why it cannot be. */
export async function getLast(
  ctx: Ctx,
  since: z.output<typeof Since> | undefined,
  { kind, match, mode }: { kind: ImportKind; match: readonly string[]; mode: string },
): Promise<Found | undefined> {
  if (!since) return undefined
  const refuse = (code: string, message: Said) =>
    fail('invalid', { code, detail: message, errors: [{ path: 'since', message }] })
  if (kind !== 'person' && kind !== 'company') throw refuse('not_compared', says.not_compared())
  if (!match.length) throw refuse('compared_by_nothing', says.compared_by_nothing())
  if (mode === 'create') throw refuse('compared_creates', says.compared_creates())
  const last = await findLast(ctx, since.import_id)
  const same = last && (await kindOf(ctx, last.id)) === kind
  if (!last || !same) throw refuse('nothing_to_compare', says.nothing_to_compare())
  return last
}

async function kindOf(ctx: Ctx, id: string): Promise<string | undefined> {
  const row = await ctx.db
    .selectFrom('import_job')
    .select('kind')
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.kind
}

/** All that a run has to know of the series before it compares. */
export async function loadSeries(
  ctx: Ctx,
  { since_id, series_id }: { since_id: string; series_id: string },
  conflicts: Series['conflicts'],
): Promise<{ last: LastFile; series: Series }> {
  const job = await importsWithFile(ctx)
    .select(['plan', 'import_file.sha256', 'import_file.tables', 'import_file.deleted_at'])
    .where('import_job.id', '=', since_id)
    .executeTakeFirstOrThrow()
  if (job.deleted_at)
    throw fail('gone', {
      detail: says.last_file_deleted(),
    })
  const plan = job.plan as ImportPlan
  const rejected = await sql<{ row_number: number }>`
    select row_number from import_reject where workspace_id = ${ctx.workspace_id} and import_id = ${since_id}::uuid`.execute(
    ctx.db,
  )
  const own = await sql<{ request: string }>`
    select unnest(array[id, undo_id])::text as request from import_job
    where workspace_id = ${ctx.workspace_id} and (id = ${series_id}::uuid or series_id = ${series_id}::uuid)`.execute(
    ctx.db,
  )
  return {
    last: {
      plan,
      source: sourceOf(ctx.machine, ctx.workspace_id, job, plan.dialect.sheet),
      rejected: new Set(rejected.rows.map(row => row.row_number)),
    },
    series: {
      from_id: (await firstChangeOf(ctx, series_id)) ?? 0,
      own: own.rows.flatMap(row => row.request ?? []),
      conflicts,
    },
  }
}
