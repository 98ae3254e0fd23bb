import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import type { LoadedGraph } from './graph-store.ts'
import { countKey, hardOf, ownerOf, rootOf, type Sighting } from './identity-graph.ts'
import { mergeRecords } from './merge.ts'
import { personMerge } from './mergeable.ts'

// Events do not arrive in the order in which they happened: a page view with a user id may come before the `identify` that
// says whose it is, and has then made a person of whom nothing is known but that id. When the `identify` comes, the two are
// one, as they would have been in the other order. The merge is an edge like any other, so it can be taken back.

interface Candidate {
  nameless: string
  known: string
  evidence: unknown
}

/** Somebody known only by a user id, seen with what is one other person's who has no user id. */
function candidateOf({ graph }: LoadedGraph, sighting: Sighting): Omit<Candidate, 'evidence'> | undefined {
  const owned = hardOf(sighting).flatMap(identifier => {
    const node = ownerOf(graph, identifier)
    return node === undefined ? [] : [{ type: identifier.type, root: rootOf(graph, node) }]
  })
  const [first] = owned
  const others = new Set(owned.map(one => one.root))
  const nameless = first?.root
  if (nameless === undefined || first?.type !== 'user_id' || !others.delete(nameless)) return undefined
  const [known, more] = others
  if (known === undefined || more !== undefined) return undefined
  return (graph.counts.get(countKey(known, 'user_id', '')) ?? 0) === 0 ? { nameless, known } : undefined
}

/** Those of whom nothing is known but their ids, that nobody merged, and that nobody has told from the other. */
async function confirmed(ctx: Ctx, candidates: Candidate[]): Promise<Candidate[]> {
  const { rows } = await sql<{ nameless: string; known: string }>`
    select distinct on (x.nameless) x.nameless, x.known
    from jsonb_to_recordset(${JSON.stringify(candidates)}::jsonb) x (nameless uuid, known uuid)
    join person n on n.workspace_id = ${ctx.workspace_id} and n.id = x.nameless and n.deleted_at is null
    where rapport.merge_fields(to_jsonb(n)) - '{first_seen_at,last_seen_at,company_id}'::text[] = '{}'
      and not exists (select from person m where m.workspace_id = n.workspace_id and m.merged_into = n.id)
      and not exists (
        select from identifier_person ip
        join identifier i on i.workspace_id = ip.workspace_id and i.id = ip.identifier_id
        where ip.workspace_id = n.workspace_id and ip.person_id = n.id and i.type not in ('user_id', 'anonymous_id'))
      and not exists (
        select from cannot_link l
        join person o on o.workspace_id = l.workspace_id and o.id in (l.person_id, l.other_id) and o.id <> n.id
        where l.workspace_id = n.workspace_id and n.id in (l.person_id, l.other_id) and o.root_id = x.known)
    order by x.nameless, x.known`.execute(ctx.db)
  return rows.flatMap(
    row => candidates.find(one => one.nameless === row.nameless && one.known === row.known) ?? [],
  )
}

/** True when people have become one, so that the graph has to be read again. */
export async function joinNameless(
  ctx: Ctx,
  loaded: LoadedGraph,
  sightings: { sighting: Sighting; evidence: unknown }[],
): Promise<boolean> {
  const candidates = sightings.flatMap(({ sighting, evidence }) => {
    const pair = candidateOf(loaded, sighting)
    return pair === undefined ? [] : [{ ...pair, evidence: evidence ?? null }]
  })
  if (candidates.length === 0) return false
  const taken = new Set<string>()
  for (const { nameless, known, evidence } of await confirmed(ctx, candidates)) {
    // Whoever comes second meets somebody who has a user id by then.
    if (taken.has(known)) continue
    taken.add(known)
    await mergeRecords(ctx, personMerge, {
      id: known,
      other_id: nameless,
      evidence: { rule: 'identify', event: evidence },
    })
  }
  return taken.size > 0
}
