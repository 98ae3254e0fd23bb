import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { told } from '../core/text-sentence.ts'
import { says as coreSays } from '../core/text-words.ts'
import type { RowOutcome } from './import-chunk.ts'

// "Ann Smith" and nothing else: nobody can say whether two such rows are one person. What can be said is that the
// same row of the same source, come again, is the same record.

export interface Anonymous {
  digest: Buffer
}

export const rowDigest = (kind: string, source: string, raw: Record<string, string>, again: number): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([kind, source, Object.entries(raw).sort(([a], [b]) => (a < b ? -1 : 1)), again]))
    .digest()

/** Those of the digests whose record is still there. */
async function knownDigests(ctx: Ctx, kind: 'person' | 'company', digests: Buffer[]): Promise<Set<string>> {
  if (!digests.length) return new Set()
  const { rows } = await sql<{ digest: string }>`
    select encode(r.digest, 'hex') as digest from import_row r
    join ${sql.table(kind)} t on t.workspace_id = r.workspace_id and t.id = r.record_id and t.deleted_at is null
    where r.workspace_id = ${ctx.workspace_id} and r.digest = any(${digests}::bytea[])`.execute(ctx.db)
  return new Set(rows.map(row => row.digest))
}

async function rememberDigests(ctx: Ctx, made: { digest: Buffer; record_id: string }[]): Promise<void> {
  if (!made.length) return
  await sql`
    insert into import_row (workspace_id, digest, record_id)
    select ${ctx.workspace_id}, d.digest, d.record_id
    from unnest(${made.map(one => one.digest)}::bytea[], ${made.map(one => one.record_id)}::uuid[]) as d (digest, record_id)
    on conflict (workspace_id, digest) do update set record_id = excluded.record_id`.execute(ctx.db)
}

/** Writes items, those among them that nothing identifies only if the same row was never imported before. */
export async function writeOnce<Item extends { anonymous?: Anonymous | undefined }>(
  ctx: Ctx,
  kind: 'person' | 'company',
  items: Item[],
  write: (items: Item[]) => Promise<(RowOutcome & { id?: string | undefined })[]>,
): Promise<RowOutcome[]> {
  const digests = items.flatMap(item => item.anonymous?.digest ?? [])
  if (!digests.length) return write(items)
  const known = await knownDigests(ctx, kind, digests)
  const isKnown = (item: Item) =>
    item.anonymous !== undefined && known.has(item.anonymous.digest.toString('hex'))
  const fresh = items.filter(item => !isKnown(item))
  const outcomes = fresh.length ? await write(fresh) : []
  const made = fresh.flatMap((item, index) => {
    const outcome = outcomes[index]
    return item.anonymous && outcome?.status === 'created' && outcome.id
      ? [{ digest: item.anonymous.digest, record_id: outcome.id }]
      : []
  })
  await rememberDigests(ctx, made)
  let next = 0
  return items.map(item =>
    isKnown(item)
      ? { status: 'unchanged' }
      : (outcomes[next++] ?? { status: 'rejected', ...told(coreSays.refused()) }),
  )
}
