import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Machine } from '../core/machine.ts'
import { dropBytes } from './forget.ts'
import { folderOf, unfinished } from './import-files.ts'

const longest_upload_ms = 86_400_000
const actor = { kind: 'system', id: 'import.leftovers' } as const

/**
 * Deletes what uploads have left whose process did not live to end them: half a file, or a whole one that was never noted, so
 * that nothing else would ever delete it.
 */
export async function removeLeftovers(machine: Machine, workspace_id: string): Promise<void> {
  const folder = folderOf(machine, workspace_id)
  const old = await namesOfOld(folder)
  for (const name of old.filter(isUnfinished)) await rm(join(folder, name), { force: true })
  const whole = old.filter(name => !isUnfinished(name))
  for (const sha256 of await notNoted(machine, workspace_id, whole))
    await dropBytes(machine, workspace_id, { sha256, sent_sha256: null })
}

const isUnfinished = (name: string): boolean => name.startsWith(unfinished)

async function namesOfOld(folder: string): Promise<string[]> {
  const old: string[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const found = await stat(join(folder, name)).catch(() => undefined)
    if (found && found.mtimeMs < Date.now() - longest_upload_ms) old.push(name)
  }
  return old
}

async function notNoted(machine: Machine, workspace_id: string, names: string[]): Promise<string[]> {
  if (!names.length) return []
  return machine.workspaceTransaction({ workspace_id, actor }, async ctx => {
    const { rows } = await sql<{ name: string }>`
      select s.name from unnest(${names}::text[]) as s (name)
      where not exists (
        select from import_file f
        where f.workspace_id = ${workspace_id} and f.deleted_at is null and s.name in (f.sha256, f.sent_sha256))`.execute(
      ctx.db,
    )
    return rows.map(row => row.name)
  })
}
