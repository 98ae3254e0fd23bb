import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import type { Value } from '../core/text-sentence.ts'
import { manyOf } from '../records/says.contract.ts'
import { areApart, keepApart, takeBackApart } from './apart.ts'
import { companyKind, personKind } from './customers.contract.ts'
import { type Component, type Fields, type MergeEdge, shownBy, under } from './merge-fold.ts'
import { settleReviews } from './reviews.ts'

// What merging a kind of customer is beside the merge itself: what hangs on it, and what is remembered of it.

export interface Mergeable {
  kind: (typeof personKind | typeof companyKind)['name']
  edges: 'person_merge' | 'company_merge'
  many: Value
  areApart(ctx: Ctx, mine: string[], theirs: string[]): Promise<boolean>
  /** What these, read through `root`, are recognised by and who belongs to them. */
  weigh(ctx: Ctx, root: string, nodes: string[]): Promise<{ identifiers: number; people: number }>
  /** What else is read through another root from now on. */
  move(ctx: Ctx, nodes: string[], from: string, root: string): Promise<void>
  merged(ctx: Ctx, root: string, mine: string[], theirs: string[]): Promise<void>
  /** Before the two are written apart. */
  unmerging(ctx: Ctx, after: Component, root: string, edge: MergeEdge): Promise<void>
  unmerged(ctx: Ctx, edge: MergeEdge): Promise<void>
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

export const personMerge: Mergeable = {
  kind: 'person',
  edges: 'person_merge',
  many: manyOf(personKind),
  areApart,
  async weigh(ctx, root, nodes) {
    const { rows } = await sql<{ identifiers: number }>`
      select count(*)::int as identifiers from identifier_person
      where workspace_id = ${ctx.workspace_id} and root_id = ${root}::uuid and person_id = any(${nodes}::uuid[]) and retracted_at is null`.execute(
      ctx.db,
    )
    return { identifiers: rows[0]?.identifiers ?? 0, people: 0 }
  },
  async move(ctx, nodes, from, root) {
    await sql`
      update identifier_person set root_id = ${root}::uuid
      where workspace_id = ${ctx.workspace_id} and root_id = ${from}::uuid and person_id = any(${nodes}::uuid[])`.execute(
      ctx.db,
    )
  },
  async merged(ctx, root, mine, theirs) {
    await takeBackApart(ctx, mine, theirs)
    await settleReviews(ctx, root)
  },
  unmerging: giveBack,
  unmerged: (ctx, edge) => keepApart(ctx, edge.winner, edge.loser, 'unmerged'),
}

/** People and identifiers keep the company they were given and read it through its root: nothing of them is written. */
export const companyMerge: Mergeable = {
  kind: 'company',
  edges: 'company_merge',
  many: manyOf(companyKind),
  areApart: async () => false,
  async weigh(ctx, _root, nodes) {
    const { rows } = await sql<{ identifiers: number; people: number }>`
      select
        (select count(*)::int from identifier_company where workspace_id = ${ctx.workspace_id} and company_id = any(${nodes}::uuid[])) as identifiers,
        (select count(*)::int from person where workspace_id = ${ctx.workspace_id} and company_id = any(${nodes}::uuid[])
          and merged_into is null and deleted_at is null) as people`.execute(ctx.db)
    return rows[0] ?? { identifiers: 0, people: 0 }
  },
  async move() {},
  async merged() {},
  async unmerging() {},
  async unmerged() {},
}
