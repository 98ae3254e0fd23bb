import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Download } from '../core/area.ts'
import type { Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import { pathOf } from './import-files.ts'
import { openImport } from './import-with-file.ts'
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
  const file = await openImport(machine, principal, import_id)
  const digest = sentDigest(file)
  if (!digest) throw fail('gone', { code: 'import_file_not_as_sent', detail: says.file_not_as_sent() })
  const path = pathOf(machine, principal.workspace_id, digest)
  const there = await stat(path).catch(() => undefined)
  if (!there) throw fail('unavailable', { detail: says.import_file_missing() })
  return { filename: file.name, stream: createReadStream(path) }
}
