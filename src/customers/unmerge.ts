import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { UnmergeResult } from './merge.contract.ts'
import { countIdentifiers } from './merge.ts'
import { type Component, type Fields, type MergeEdge, shownBy, under } from './merge-fold.ts'
import {
  type Locked,
  lockComponents,
  moveRoot,
  type NodeWrite,
  whileMerging,
  writeNodes,
} from './merge-store.ts'

export interface UnmergeInput {
  id: string
  merge_id?: string | undefined
  other_id?: string | undefined
  dry_run?: boolean | undefined
}

/** The merge that is meant: by its id, or the one by which the two came together most closely. */
function edgeOf(locked: Locked, { id, merge_id, other_id }: UnmergeInput): MergeEdge {
  const edge =
    merge_id !== undefined
      ? locked.edges.find(one => one.id === merge_id)
      : (locked.edges.find(one => one.loser === other_id) ??
        locked.edges.find(one => one.loser === id && one.winner === other_id))
  if (edge === undefined)
    throw fail('not_found', { code: 'not_merged', detail: 'These people are not merged (any more).' })
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

/** Whether the address that both would show is an identifier of those who leave. */
async function isTheirs(ctx: Ctx, address: string, leaving: string[]): Promise<boolean> {
  const { rows } = await sql<{ theirs: boolean }>`
    select exists (select from identifier_person ip join identifier i on i.workspace_id = ip.workspace_id and i.id = ip.identifier_id
      where ip.workspace_id = ${ctx.workspace_id} and i.type = 'email' and i.value = ${address}
        and ip.retracted_at is null and ip.valid_to = 'infinity' and ip.person_id = any(${leaving}::uuid[])) as theirs`.execute(
    ctx.db,
  )
  return rows[0]?.theirs ?? false
}

const addressIn = (fields: Fields | undefined): string | undefined => {
  const value = fields?.get('email')?.value
  return typeof value === 'string' ? value.toLowerCase() : undefined
}

/** An address written onto the one while it is an identifier of the other goes back with it: to nobody else may it be sent. */
async function giveBack(ctx: Ctx, after: Component, root: string, edge: MergeEdge): Promise<void> {
  const address = addressIn(shownBy(after, root))
  const node = after.nodes.get(root)
  if (address === undefined || address !== addressIn(shownBy(after, edge.loser)) || !node?.own) return
  if (!(await isTheirs(ctx, address, under(after, edge.loser)))) return
  node.own.fields['email'] = (node.own.fields['email'] ?? []).filter(
    entry => String(entry.value).toLowerCase() !== address,
  )
}

async function close(ctx: Ctx, edge: MergeEdge): Promise<void> {
  await ctx.db
    .updateTable('person_merge')
    .set({ closed_at: ctx.now, closed_by: `${ctx.principal.actor.kind}:${ctx.principal.actor.id}` })
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', edge.id)
    .execute()
  await keepApart(ctx, edge.winner, edge.loser, 'unmerged')
}

export async function keepApart(
  ctx: Ctx,
  one: string,
  other: string,
  reason: 'unmerged' | 'kept_apart',
): Promise<void> {
  const [person_id, other_id] = one < other ? [one, other] : [other, one]
  await ctx.db
    .insertInto('cannot_link')
    .values({ workspace_id: ctx.workspace_id, person_id, other_id, reason, created_at: ctx.now })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

const listed = (field: string) => !field.startsWith('traits.') && !field.endsWith('_seen_at')

function changesOf(before: Fields, after: Fields): UnmergeResult['fields'] {
  const all = new Set([...before.keys(), ...after.keys()])
  return [...all].filter(listed).flatMap(field => {
    const [was, is] = [before.get(field)?.value ?? null, after.get(field)?.value ?? null]
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ field, before: was, after: is }]
  })
}

export async function unmergePerson(ctx: Ctx, input: UnmergeInput): Promise<UnmergeResult> {
  if ((input.merge_id === undefined) === (input.other_id === undefined))
    throw fail('invalid', { detail: 'Say which merge: either merge_id or other_id.' })
  const locked = await lockComponents(ctx, [input.id])
  const root = locked.roots.get(input.id) ?? input.id
  if (locked.deleted.has(root)) throw fail('not_found')
  const edge = edgeOf(locked, input)
  const after = without(locked, edge)
  const [leaving, staying] = [under(after, edge.loser), under(after, root)]
  await giveBack(ctx, after, root, edge)
  const writes = rewritten(after, ancestorsOf(after, edge.winner))
  const loser = shownBy(after, edge.loser)
  const top = writes.at(-1)
  if (top === undefined) throw fail('internal')
  const answer: UnmergeResult = {
    id: root,
    other_id: edge.loser,
    merge_id: edge.id,
    dry_run: input.dry_run ?? false,
    fields: changesOf(locked.nodes.get(root)?.fields ?? new Map(), top.fields),
    other_fields: [...loser]
      .filter(([field, shown]) => listed(field) && shown.value !== null)
      .map(([field, { value }]) => ({ field, value })),
    identifiers: {
      this: await countIdentifiers(ctx, root, staying),
      other: await countIdentifiers(ctx, root, leaving),
    },
  }
  if (answer.dry_run) return answer
  await close(ctx, edge)
  await whileMerging(ctx, async () => {
    await writeNodes(ctx, writes)
    await moveRoot(ctx, leaving, root, edge.loser)
  })
  return answer
}
