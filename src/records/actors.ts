import type { ActorKind, Ctx } from '../core/ctx.ts'
import { isUuid } from '../core/id.ts'

// The change log keeps who changed something as `key:<id>`. What that is called is asked when it is read, of whoever
// keeps it: a key that was revoked and a member who has left keep their names.

type Namer = (ctx: Ctx, ids: string[]) => Promise<{ id: string; name: string }[]>

const namers = new Map<string, Namer>()
export const nameActors = (kind: ActorKind, namer: Namer): void => void namers.set(kind, namer)

const inTable =
  (table: 'member' | 'api_key'): Namer =>
  (ctx, ids) =>
    ctx.db
      .selectFrom(table)
      .select(['id', 'name'])
      .where('workspace_id', '=', ctx.workspace_id)
      .where('id', 'in', ids)
      .execute()
nameActors('member', inTable('member'))
nameActors('key', inTable('api_key'))
nameActors('write_key', inTable('api_key'))

export function readActor(actor: string): { kind: string; id: string } {
  const colon = actor.indexOf(':')
  return { kind: actor.slice(0, colon), id: actor.slice(colon + 1) }
}

/** What these are called, as far as anybody knows. */
export async function actorNames(
  ctx: Ctx,
  actors: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  const asked = [...new Set(actors)].flatMap(actor => (actor === null ? [] : readActor(actor)))
  for (const [kind, namer] of namers) {
    const ids = asked.filter(one => one.kind === kind && isUuid(one.id)).map(({ id }) => id)
    if (ids.length === 0) continue
    for (const { id, name } of await namer(ctx, ids)) names.set(`${kind}:${id}`, name)
  }
  return names
}
