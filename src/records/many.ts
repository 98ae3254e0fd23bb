import type { Ctx } from '../core/ctx.ts'
import { orRejected } from './batch.ts'
import { getKind } from './catalogue.ts'
import type { Kind } from './kind.contract.ts'
import { optionCalled, shownIds } from './options.contract.ts'
import type { ManyReply } from './records.contract.ts'
import { changeRecord, getForWriting, type Input, removeRecord } from './records.ts'
import { ensureTags } from './tags.ts'

type Outcome = ManyReply['outcomes'][number]

/** In the order of the ids, so that two such requests wait for each other instead of locking crosswise. */
async function each(
  ctx: Ctx,
  ids: readonly string[],
  write: (id: string) => Promise<Outcome>,
): Promise<ManyReply> {
  const outcomes: Outcome[] = []
  for (const id of [...new Set(ids)].toSorted()) {
    outcomes.push({ id, ...(await orRejected(ctx, () => write(id))) })
  }
  return { request_id: ctx.request_id, outcomes }
}

export const changeMany = (
  ctx: Ctx,
  kind: Kind,
  { ids, values }: { ids: readonly string[]; values: unknown },
): Promise<ManyReply> =>
  each(ctx, ids, async id => {
    const { changed } = await changeRecord(ctx, kind, id, values as Input)
    return { id, status: changed ? 'updated' : 'unchanged' }
  })

export const removeMany = (ctx: Ctx, kind: Kind, { ids }: { ids: readonly string[] }): Promise<ManyReply> =>
  each(ctx, ids, async id => {
    await removeRecord(ctx, kind, id)
    return { id, status: 'deleted' }
  })

/** Beside the tags that each has already: whoever adds one takes away none that somebody else has just added. */
export async function tagMany(
  ctx: Ctx,
  kind: Kind,
  { ids, add, remove }: { ids: readonly string[]; add: readonly string[]; remove: readonly string[] },
): Promise<ManyReply> {
  const { key, ids: added } = await ensureTags(ctx, kind.name, add)
  const options =
    (await getKind(ctx, kind.name)).fields.find(field => field.key === `custom.${key}`)?.options ?? []
  const removed = new Set(remove.flatMap(name => optionCalled(options, name)?.id ?? []))
  const shown = shownIds(options)
  return each(ctx, ids, async id => {
    const row = await getForWriting(ctx, kind, id)
    const held = (row['custom'] as Record<string, unknown>)[key]
    const before = ((shown ? shown(held) : held) ?? []) as string[]
    const next = [...new Set([...before, ...added])].filter(tag => !removed.has(tag))
    const same = next.length === before.length && next.every(tag => before.includes(tag))
    if (same) return { id: row.id, status: 'unchanged' }
    const custom = { [key]: next.length > 0 ? next : null }
    const { changed } = await changeRecord(ctx, kind, id, { custom })
    return { id: row.id, status: changed ? 'updated' : 'unchanged' }
  })
}
