import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { MergedField, MergeResult } from './merge.contract.ts'
import { combine, type Fields, ownBefore, type Side, under } from './merge-fold.ts'
import { type Locked, lockComponents, moveRoot, whileMerging, writeNodes } from './merge-store.ts'
import { settleReviews } from './reviews.ts'

interface Pair {
  winner: string
  loser: string
}

function pairOf(locked: Locked, id: string, otherId: string): Pair {
  const winner = locked.roots.get(id)
  const loser = locked.roots.get(otherId)
  if (winner === undefined || loser === undefined || locked.deleted.has(winner) || locked.deleted.has(loser))
    throw fail('not_found')
  if (winner === loser)
    throw fail('conflict', {
      code: 'merge_same_person',
      detail: 'These two are already one and the same person.',
    })
  return { winner, loser }
}

const fieldsOf = (locked: Locked, id: string): Fields => locked.nodes.get(id)?.fields ?? new Map()
const unlisted = new Set(['first_seen_at', 'last_seen_at'])

function compared(mine: Fields, theirs: Fields, result: Fields): MergedField[] {
  const all = new Set([...mine.keys(), ...theirs.keys()])
  return [...all].flatMap(field => {
    const [one, other] = [mine.get(field)?.value ?? null, theirs.get(field)?.value ?? null]
    if ((one === null && other === null) || unlisted.has(field) || field.startsWith('traits.')) return []
    const differs = one !== null && other !== null && JSON.stringify(one) !== JSON.stringify(other)
    return [{ field, this: one, other, result: result.get(field)?.value ?? null, differs }]
  })
}

export async function countIdentifiers(ctx: Ctx, root: string, nodes: string[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from identifier_person
    where workspace_id = ${ctx.workspace_id} and root_id = ${root}::uuid and person_id = any(${nodes}::uuid[]) and retracted_at is null`.execute(
    ctx.db,
  )
  return rows[0]?.count ?? 0
}

async function areApart(ctx: Ctx, mine: string[], theirs: string[]): Promise<boolean> {
  const { rows } = await sql<{ apart: boolean }>`
    select exists (select from cannot_link where workspace_id = ${ctx.workspace_id}
      and (person_id = any(${mine}::uuid[]) and other_id = any(${theirs}::uuid[])
        or person_id = any(${theirs}::uuid[]) and other_id = any(${mine}::uuid[]))) as apart`.execute(ctx.db)
  return rows[0]?.apart ?? false
}

/** Somebody says now that they are one: what was said before is taken back. */
const takeBackApart = (ctx: Ctx, mine: string[], theirs: string[]) =>
  sql`
    delete from cannot_link where workspace_id = ${ctx.workspace_id}
      and (person_id = any(${mine}::uuid[]) and other_id = any(${theirs}::uuid[])
        or person_id = any(${theirs}::uuid[]) and other_id = any(${mine}::uuid[]))`.execute(ctx.db)

async function openMerge(ctx: Ctx, { winner, loser }: Pair, keep: Record<string, Side>, evidence: unknown) {
  return ctx.db
    .insertInto('person_merge')
    .values({
      workspace_id: ctx.workspace_id,
      id: newId(),
      winner_id: winner,
      loser_id: loser,
      keep: JSON.stringify(keep),
      evidence: JSON.stringify(evidence ?? null),
      opened_at: ctx.now,
    })
    .returning(['id', 'seq'])
    .executeTakeFirstOrThrow()
}

export interface MergeInput {
  id: string
  other_id: string
  keep?: Record<string, Side> | undefined
  dry_run?: boolean | undefined
  evidence?: unknown
}

export async function mergePerson(
  ctx: Ctx,
  { id, other_id, keep = {}, dry_run = false, evidence }: MergeInput,
): Promise<MergeResult> {
  const locked = await lockComponents(ctx, [id, other_id])
  const pair = pairOf(locked, id, other_id)
  const [mine, theirs] = [fieldsOf(locked, pair.winner), fieldsOf(locked, pair.loser)]
  const unknown = Object.keys(keep).find(field => !mine.has(field) && !theirs.has(field))
  if (unknown !== undefined)
    throw fail('invalid', {
      errors: [{ path: `keep.${unknown}`, message: 'neither person has a value in this field' }],
    })
  const result = combine(mine, theirs, keep)
  const [ours, others] = [under(locked, pair.winner), under(locked, pair.loser)]
  const answer: MergeResult = {
    id: pair.winner,
    other_id: pair.loser,
    merge_id: null,
    dry_run,
    fields: compared(mine, theirs, result),
    identifiers: {
      this: await countIdentifiers(ctx, pair.winner, ours),
      other: await countIdentifiers(ctx, pair.loser, others),
    },
    kept_apart: await areApart(ctx, ours, others),
  }
  if (dry_run) return answer
  const edge = await openMerge(ctx, pair, keep, evidence)
  const winner = locked.nodes.get(pair.winner)
  if (winner === undefined) throw fail('internal')
  await whileMerging(ctx, async () => {
    await moveRoot(ctx, others, pair.loser, pair.winner)
    await writeNodes(ctx, [
      { id: pair.winner, fields: result, own: { ...ownBefore(winner), latest: edge.seq } },
    ])
  })
  await takeBackApart(ctx, ours, others)
  await settleReviews(ctx, pair.winner)
  return { ...answer, merge_id: edge.id }
}
