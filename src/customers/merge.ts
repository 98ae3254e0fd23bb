import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import { getKind } from '../records/index.ts'
import type { CompanyMergeResult, MergedField, MergeResult } from './merge.contract.ts'
import { combine, type Fields, ownBefore, type Side, under } from './merge-fold.ts'
import { type Locked, lockComponents, moveRoot, whileMerging, writeNodes } from './merge-store.ts'
import type { Mergeable } from './mergeable.ts'
import { says } from './says.ts'

interface Pair {
  winner: string
  loser: string
}

function pairOf(locked: Locked, { kind, many }: Mergeable, id: string, otherId: string): Pair {
  const winner = locked.roots.get(id)
  const loser = locked.roots.get(otherId)
  if (winner === undefined || loser === undefined || locked.deleted.has(winner) || locked.deleted.has(loser))
    throw fail('not_found')
  if (winner === loser)
    throw fail('conflict', {
      code: `merge_same_${kind}`,
      detail: says.merge_same({ kind: many }),
    })
  return { winner, loser }
}

const fieldsOf = (locked: Locked, id: string): Fields => locked.nodes.get(id)?.fields ?? new Map()
const unlisted = new Set(['first_seen_at', 'last_seen_at'])

/** Which fields of a merge the reader is told of: no hidden ones, and no bookkeeping. */
export async function visibleFields(ctx: Ctx, kind: Mergeable['kind']): Promise<(field: string) => boolean> {
  const keys = new Set((await getKind(ctx, kind)).fields.map(field => field.key))
  return field => keys.has(field) && !unlisted.has(field)
}

/** What the reader may see of either; the rest is carried without being told. */
async function compared(
  ctx: Ctx,
  { kind }: Mergeable,
  [mine, theirs, result]: [Fields, Fields, Fields],
): Promise<MergedField[]> {
  const seen = await visibleFields(ctx, kind)
  const all = new Set([...mine.keys(), ...theirs.keys()])
  return [...all].flatMap(field => {
    const [one, other] = [mine.get(field)?.value ?? null, theirs.get(field)?.value ?? null]
    if ((one === null && other === null) || !seen(field)) return []
    // Of two lists of choices both are kept: there is nothing to choose between.
    const differs =
      one !== null &&
      other !== null &&
      !(Array.isArray(one) && Array.isArray(other)) &&
      JSON.stringify(one) !== JSON.stringify(other)
    return [{ field, this: one, other, result: result.get(field)?.value ?? null, differs }]
  })
}

async function openMerge(
  ctx: Ctx,
  { edges }: Mergeable,
  { winner, loser }: Pair,
  keep: Record<string, Side>,
  evidence: unknown,
): Promise<{ id: string; seq: number }> {
  const { rows } = await sql<{ id: string; seq: number }>`
    insert into ${sql.table(edges)} (workspace_id, id, winner_id, loser_id, keep, evidence, opened_at)
    values (${ctx.workspace_id}, ${newId()}, ${winner}, ${loser}, ${JSON.stringify(keep)}, ${JSON.stringify(evidence ?? null)}, ${ctx.now})
    returning id, seq`.execute(ctx.db)
  const [edge] = rows
  if (edge === undefined) throw fail('internal')
  return edge
}

/** What the people's and the companies' contract each show a part of. */
export type Merged = MergeResult & CompanyMergeResult

export interface MergeInput {
  id: string
  other_id: string
  keep?: Record<string, Side> | undefined
  dry_run?: boolean | undefined
  evidence?: unknown
}

/** Both are locked, compared and, unless it is only tried, joined by an edge; everything is read through the winner from then on. */
export async function mergeRecords(
  ctx: Ctx,
  mergeable: Mergeable,
  { id, other_id, keep = {}, dry_run = false, evidence }: MergeInput,
): Promise<Merged> {
  const locked = await lockComponents(ctx, mergeable, [id, other_id])
  const pair = pairOf(locked, mergeable, id, other_id)
  const [mine, theirs] = [fieldsOf(locked, pair.winner), fieldsOf(locked, pair.loser)]
  const unknown = Object.keys(keep).find(field => !mine.has(field) && !theirs.has(field))
  if (unknown !== undefined)
    throw fail('invalid', {
      errors: [{ path: `keep.${unknown}`, message: says.no_such_choice() }],
    })
  const result = combine(mine, theirs, keep)
  const [ours, others] = [under(locked, pair.winner), under(locked, pair.loser)]
  const answer: Merged = {
    id: pair.winner,
    other_id: pair.loser,
    merge_id: null,
    dry_run,
    fields: await compared(ctx, mergeable, [mine, theirs, result]),
    ...weighed(await mergeable.weigh(ctx, pair.winner, ours), await mergeable.weigh(ctx, pair.loser, others)),
    kept_apart: await mergeable.areApart(ctx, ours, others),
  }
  if (dry_run) return answer
  const edge = await openMerge(ctx, mergeable, pair, keep, evidence)
  const winner = locked.nodes.get(pair.winner)
  if (winner === undefined) throw fail('internal')
  await whileMerging(ctx, async () => {
    await moveRoot(ctx, mergeable, others, pair.loser, pair.winner)
    await writeNodes(ctx, mergeable, [
      { id: pair.winner, fields: result, own: { ...ownBefore(winner), latest: edge.seq } },
    ])
  })
  await mergeable.merged(ctx, pair.winner, ours, others)
  return { ...answer, merge_id: edge.id }
}

interface Weight {
  identifiers: number
  people: number
}

export const weighed = (mine: Weight, theirs: Weight) => ({
  identifiers: { this: mine.identifiers, other: theirs.identifiers },
  people: { this: mine.people, other: theirs.people },
})
