import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import { pathOf } from './import-files.ts'
import { says } from './says.ts'

// Files people send in, and the rows of them that were refused, are copies of personal data that nobody looks after once the import
// is over. They are deleted some days later; what the import made stays, and so do its counts.

const day_ms = 86_400_000
const attempts = 40
const actor = { kind: 'system', id: 'import.forget' } as const

const keptFor = (machine: Machine) => machine.config.import_keep_days * day_ms

/** The queue goes by the database's time, which need not be the program's. */
const lookAfter = (ctx: Ctx, file_id: string, delay_ms: number) =>
  ctx.enqueue(
    'import.forget',
    { file_id },
    { key: `import.forget ${file_id}`, run_at: new Date(Date.now() + delay_ms), max_attempts: attempts },
  )

interface Bytes {
  /** Of what is read: the file itself, or the text of its tables. */
  sha256: string
  sent_sha256: string | null
}

const digestsOf = ({ sha256, sent_sha256 }: Bytes): string[] =>
  [...new Set([sha256, sent_sha256 ?? sha256])].toSorted((a, b) => (a < b ? -1 : 1))

/** Equal files share their bytes: who adds one and who deletes the last one go one after the other. */
async function lockBytes(ctx: Ctx, file: Bytes): Promise<void> {
  for (const digest of digestsOf(file))
    await sql`select pg_advisory_xact_lock(hashtextextended(${`import file ${ctx.workspace_id} ${digest}`}, 0))`.execute(
      ctx.db,
    )
}

/** Notes an uploaded file, and when it is to be deleted unless it is used again. */
export async function keepFile(ctx: Ctx, file: Bytes & { id: string }): Promise<void> {
  await lockBytes(ctx, file)
  await lookAfter(ctx, file.id, keptFor(ctx.machine))
  for (const digest of digestsOf(file))
    if (!existsSync(pathOf(ctx.machine, ctx.workspace_id, digest))) throw fail('unavailable')
}

export const forgotten = () =>
  fail('gone', {
    code: 'import_file_deleted',
    detail: says.import_file_deleted(),
  })

/** Before a file is used: it is not deleted until this transaction has ended, and then it is seen to be in use. */
export async function holdFile(ctx: Ctx, file_id: string): Promise<void> {
  const { rows } = await sql<{ deleted_at: Date | null }>`
    select deleted_at from import_file where workspace_id = ${ctx.workspace_id} and id = ${file_id}::uuid for key share`.execute(
    ctx.db,
  )
  if (rows[0]?.deleted_at) throw forgotten()
}

interface Kept extends Bytes {
  /** The latest upload or end of an import. */
  since: Date
  busy: boolean
}

/** The file, held still: whoever is about to use it has done so, or finds it deleted. */
async function findKept(ctx: Ctx, file_id: string): Promise<Kept | undefined> {
  await sql`
    select id from import_file where workspace_id = ${ctx.workspace_id} and id = ${file_id}::uuid for update`.execute(
    ctx.db,
  )
  const { rows } = await sql<Kept>`
    select f.sha256, f.sent_sha256, greatest(f.created_at, max(coalesce(j.finished_at, j.created_at))) as since,
      coalesce(bool_or(j.status in ('queued', 'running', 'pausing', 'cancelling')), false) as busy
    from import_file f
    left join import_job j on j.workspace_id = f.workspace_id and j.file_id = f.id
    where f.workspace_id = ${ctx.workspace_id} and f.id = ${file_id}::uuid and f.deleted_at is null
    group by f.workspace_id, f.id`.execute(ctx.db)
  return rows[0]
}

/** Deletes a file's bytes and the refused rows of its imports, when the time has come; looks again later when it has not. */
export async function forgetFile(
  machine: Machine,
  { workspace_id, file_id }: { workspace_id: string; file_id: string },
): Promise<void> {
  await machine.workspaceTransaction({ workspace_id, actor }, async ctx => {
    const file = await findKept(ctx, file_id)
    if (!file) return
    const left_ms = file.since.getTime() + keptFor(machine) - ctx.now.getTime()
    if (file.busy || left_ms > 0) return lookAfter(ctx, file_id, Math.max(left_ms, day_ms))
    await lockBytes(ctx, file)
    await sql`
      delete from import_reject r using import_job j
      where j.workspace_id = ${workspace_id} and j.file_id = ${file_id}::uuid
        and r.workspace_id = j.workspace_id and r.import_id = j.id`.execute(ctx.db)
    await sql`
      delete from import_conflict c using import_job j
      where j.workspace_id = ${workspace_id} and j.file_id = ${file_id}::uuid
        and c.workspace_id = j.workspace_id and c.import_id = j.id`.execute(ctx.db)
    await sql`
      update import_file set deleted_at = ${ctx.now} where workspace_id = ${workspace_id} and id = ${file_id}::uuid`.execute(
      ctx.db,
    )
    // If the commit fails after this, the job comes again and finds nothing left to remove.
    await removeBytes(ctx, file)
  })
}

/** Of an upload that came to nothing: no file is noted, so that no job would ever look after its bytes. */
export async function dropBytes(machine: Machine, workspace_id: string, file: Bytes): Promise<void> {
  await machine.workspaceTransaction({ workspace_id, actor }, async ctx => {
    await lockBytes(ctx, file)
    await removeBytes(ctx, file)
  })
}

async function removeBytes(ctx: Ctx, file: Bytes): Promise<void> {
  for (const digest of digestsOf(file))
    if (!(await isShared(ctx, digest)))
      await rm(pathOf(ctx.machine, ctx.workspace_id, digest), { force: true })
}

/** Whether another file that is still there has the same bytes. */
async function isShared(ctx: Ctx, digest: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from import_file
    where workspace_id = ${ctx.workspace_id} and deleted_at is null and (sha256 = ${digest} or sent_sha256 = ${digest}) limit 1`.execute(
    ctx.db,
  )
  return rows.length > 0
}
