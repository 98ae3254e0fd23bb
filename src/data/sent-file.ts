import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Download } from '../core/area.ts'
import type { Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import { forgotten } from './forget.ts'
import { pathOf } from './import-files.ts'
import { seesRowsOf } from './import-rights.ts'
import { says } from './says.ts'

/** The digest of a file as it was sent; of files from before these were kept only of those that are read as they came. */
export const sentDigest = (file: {
  name: string
  sha256: string
  sent_sha256: string | null
  tables: unknown
}): string | null => file.sent_sha256 ?? (file.tables || /\.zip$/i.test(file.name) ? null : file.sha256)

/** The file of an import, byte by byte as it was sent. */
export async function sentFile(machine: Machine, principal: Principal, import_id: string): Promise<Download> {
  const { workspace_id } = principal
  const file = await machine.transaction({ principal, readOnly: true }, ctx =>
    ctx.db
      .selectFrom('import_job')
      .innerJoin('import_file', join =>
        join
          .onRef('import_file.workspace_id', '=', 'import_job.workspace_id')
          .onRef('import_file.id', '=', 'import_job.file_id'),
      )
      .select(['name', 'sha256', 'sent_sha256', 'tables', 'import_file.deleted_at', 'import_job.created_by'])
      .where('import_job.workspace_id', '=', workspace_id)
      .where('import_job.id', '=', import_id)
      .executeTakeFirst(),
  )
  if (!file) throw fail('not_found', { detail: says.no_such_import() })
  if (!seesRowsOf(principal, file.created_by)) throw fail('forbidden', { detail: says.rows_of_another() })
  if (file.deleted_at) throw forgotten()
  const digest = sentDigest(file)
  if (!digest) throw fail('gone', { code: 'import_file_not_as_sent', detail: says.file_not_as_sent() })
  const path = pathOf(machine, workspace_id, digest)
  const there = await stat(path).catch(() => undefined)
  if (!there) throw fail('unavailable', { detail: says.import_file_missing() })
  return { filename: file.name, stream: createReadStream(path) }
}
