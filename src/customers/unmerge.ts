import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { refuseTaken } from '../records/index.ts'
import { findKind } from '../records/kind.contract.ts'
import type { CompanyUnmergeResult, UnmergeResult } from './merge.contract.ts'
import { visibleFields, weighed } from './merge.ts'
import { type Component, type Fields, type MergeEdge, shownBy, under } from './merge-fold.ts'
import {
  boxOf,
  type Locked,
  lockComponents,
  moveRoot,
  type NodeWrite,
  whileMerging,
  writeNodes,
} from './merge-store.ts'
import type { Mergeable } from './mergeable.ts'
import { says } from './says.ts'

export interface UnmergeInput {
  id: string
  merge_id?: string | undefined
  other_id?: string | undefined
  dry_run?: boolean | undefined
}

/** The merge that is meant: by its id, or the one by which the two came together most closely. */
function edgeOf(locked: Locked, { many }: Mergeable, { id, merge_id, other_id }: UnmergeInput): MergeEdge {
  const edge =
    merge_id !== undefined
      ? locked.edges.find(one => one.id === merge_id)
      : (locked.edges.find(one => one.loser === other_id) ??
        locked.edges.find(one => one.loser === id && one.winner === other_id))
  if (edge === undefined)
    throw fail('not_found', { code: 'not_merged', detail: says.not_merged({ kind: many }) })
  return edge
}

const without = (locked: Component, edge: MergeEdge): Component => ({
  nodes: locked.nodes,
  edges: locked.edges.filter(one => one !== edge),
})

function ancestorsOf(component: Component, id: string): string[] {
  const parent = component.edges.find(edge => edge.loser === id)?.winner
  return parent === undefined ? [id] : [id, ...ancestorsOf(component, parent)]
}

/** Everyone above the closed merge shows what it shows without it. */
function rewritten(component: Component, ids: string[]): NodeWrite[] {
  return ids.map(id => ({
    id,
    fields: shownBy(component, id),
    own: component.edges.some(edge => edge.winner === id) ? (component.nodes.get(id)?.own ?? null) : null,
  }))
}

async function close(ctx: Ctx, { edges }: Mergeable, edge: MergeEdge): Promise<void> {
  await sql`
    update ${sql.table(edges)} set closed_at = ${ctx.now}, closed_by = rapport.actor()
    where workspace_id = ${ctx.workspace_id} and id = ${edge.id}`.execute(ctx.db)
}

function changesOf(seen: (field: string) => boolean, before: Fields, after: Fields): UnmergeResult['fields'] {
  const all = new Set([...before.keys(), ...after.keys()])
  return [...all].filter(seen).flatMap(field => {
    const [was, is] = [before.get(field)?.value ?? null, after.get(field)?.value ?? null]
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ field, before: was, after: is }]
  })
}

export async function unmergeRecords(
  ctx: Ctx,
  mergeable: Mergeable,
  input: UnmergeInput,
): Promise<UnmergeResult & CompanyUnmergeResult> {
  if ((input.merge_id === undefined) === (input.other_id === undefined))
    throw fail('invalid', { detail: says.which_merge() })
  const locked = await lockComponents(ctx, mergeable, [input.id])
  const root = locked.roots.get(input.id) ?? input.id
  if (locked.deleted.has(root)) throw fail('not_found')
  const edge = edgeOf(locked, mergeable, input)
  const after = without(locked, edge)
  const [leaving, staying] = [under(after, edge.loser), under(after, root)]
  await mergeable.unmerging(ctx, after, root, edge)
  const writes = rewritten(after, ancestorsOf(after, edge.winner))
  const loser = shownBy(after, edge.loser)
  const top = writes.at(-1)
  const kind = findKind(mergeable.kind)
  if (top === undefined || kind === undefined) throw fail('internal')
  // Somebody may have been given meanwhile what either gets back; a preview says so, too.
  for (const fields of [top.fields, loser])
    await refuseTaken(ctx, kind, {
      ids: [root, edge.loser],
      custom: boxOf(fields, 'custom.'),
    })
  const seen = await visibleFields(ctx, mergeable.kind)
  const answer = {
    id: root,
    other_id: edge.loser,
    merge_id: edge.id,
    dry_run: input.dry_run ?? false,
    fields: changesOf(seen, locked.nodes.get(root)?.fields ?? new Map(), top.fields),
    other_fields: [...loser]
      .filter(([field, shown]) => seen(field) && shown.value !== null)
      .map(([field, { value }]) => ({ field, value })),
    ...weighed(await mergeable.weigh(ctx, root, staying), await mergeable.weigh(ctx, root, leaving)),
  }
  if (answer.dry_run) return answer
  await close(ctx, mergeable, edge)
  await mergeable.unmerged(ctx, edge)
  await whileMerging(ctx, async () => {
    await writeNodes(ctx, mergeable, writes)
    await moveRoot(ctx, mergeable, leaving, root, edge.loser)
  })
  return answer
}
