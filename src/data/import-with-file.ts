import type { Ctx, Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import { forgotten } from './forget.ts'
import { seesRowsOf } from './import-rights.ts'
import { says } from './says.ts'

/** The imports of the workspace, each with the file that it reads. */
export const importsWithFile = (ctx: Ctx) =>
  ctx.db
    .selectFrom('import_job')
    .innerJoin('import_file', join =>
      join
        .onRef('import_file.workspace_id', '=', 'import_job.workspace_id')
        .onRef('import_file.id', '=', 'import_job.file_id'),
    )
    .where('import_job.workspace_id', '=', ctx.workspace_id)

/** For whoever wants rows of it: they are there, and they are his to see. */
export async function openImport(machine: Machine, principal: Principal, import_id: string) {
  const found = await machine.transaction({ principal, readOnly: true }, ctx =>
    importsWithFile(ctx)
      .select(['name', 'sha256', 'sent_sha256', 'tables', 'import_file.deleted_at'])
      .select(['kind', 'header', 'import_job.created_by'])
      .where('import_job.id', '=', import_id)
      .executeTakeFirst(),
  )
  if (!found) throw fail('not_found', { detail: says.no_such_import() })
  if (!seesRowsOf(principal, found.created_by)) throw fail('forbidden', { detail: says.rows_of_another() })
  if (found.deleted_at) throw forgotten()
  return found
}
