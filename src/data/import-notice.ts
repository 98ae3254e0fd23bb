import type { JobRun } from '../core/area.ts'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import { flat, mailAttempts, numberFor, type Reader, sendNotice } from '../identity/index.ts'
import { importsWithFile } from './import-with-file.ts'

// Whoever began an import is told by mail when it has ended: it may have taken half an hour.

/** In the transaction in which it ends; nobody waits for a trial run in another room. */
export async function announceEnd(ctx: Ctx, import_id: string): Promise<void> {
  await ctx.enqueue('import.notice', { import_id, mail_id: newId() }, { max_attempts: mailAttempts })
}

const loadEnd = (
  machine: Machine,
  { workspace_id, import_id }: { workspace_id: string; import_id: string },
) =>
  machine.workspaceTransaction({ workspace_id, actor: { kind: 'import', id: import_id } }, ctx =>
    importsWithFile(ctx)
      .select(['import_job.created_by', 'status', 'dry_run', 'created', 'updated', 'unchanged', 'rejected'])
      .select('import_file.name as file')
      .where('import_job.id', '=', import_id)
      .executeTakeFirst(),
  )

type End = NonNullable<Awaited<ReturnType<typeof loadEnd>>>

function letterOf(reader: Reader, end: End, link: string) {
  const file = flat(end.file)
  const failed = end.status === 'failed'
  const [created, updated, unchanged, rejected] = (
    ['created', 'updated', 'unchanged', 'rejected'] as const
  ).map(one => numberFor(reader, end[one]))
  if (reader.language === 'de')
    return {
      subject: failed ? `Import fehlgeschlagen: ${file}` : `Import fertig: ${file}`,
      text: `Ihr Import von „${file}“ ${failed ? 'ist fehlgeschlagen. Warum, und wie es weitergeht, steht hier:' : 'ist fertig:'}

${link}

Neu: ${created}, aktualisiert: ${updated}, unverändert: ${unchanged}, abgelehnt: ${rejected}.`,
    }
  return {
    subject: failed ? `Import failed: ${file}` : `Import finished: ${file}`,
    text: `your import of "${file}" ${failed ? 'has failed. Why, and how to go on, is said here:' : 'is finished:'}

${link}

New: ${created}, changed: ${updated}, unchanged: ${unchanged}, rejected: ${rejected}.`,
  }
}

export async function tellEnd(
  machine: Machine,
  input: { workspace_id: string; import_id: string; mail_id: string },
  job: JobRun,
): Promise<void> {
  const end = await loadEnd(machine, input)
  const member_id = /^member:(.+)$/.exec(end?.created_by ?? '')?.[1]
  if (!end || member_id === undefined || end.dry_run || (end.status !== 'done' && end.status !== 'failed'))
    return
  await sendNotice(machine, job, {
    ...input,
    member_id,
    kind: 'import_ended',
    needs: { permission: 'imports.run' },
    compose: (reader, address) => letterOf(reader, end, `${address}/imports/${input.import_id}`),
  })
}
