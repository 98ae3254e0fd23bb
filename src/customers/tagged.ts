import type { Ctx } from '../core/ctx.ts'
import { failureOf, toldBy } from '../core/errors.ts'
import { told } from '../core/text-sentence.ts'
import { ensureTags } from '../records/index.ts'
import { says } from './says.ts'
import type { Traits } from './traits.ts'
import type { UpsertOutcome } from './upsert.contract.ts'

// Tags of bulk items come by name: those that are not there are made, and each is added to what the record has.

interface Tagged {
  index: number
  item: { tags?: readonly string[] | null }
  tags?: { key: string; ids: readonly string[] }
}

const isTags = (tags: unknown): tags is readonly string[] =>
  Array.isArray(tags) &&
  tags.length <= 100 &&
  tags.every(one => typeof one === 'string' && one.trim().length <= 60 && !one.includes('\u0000'))

async function nameTags(ctx: Ctx, kind: 'person' | 'company', items: readonly Tagged[]): Promise<void> {
  const names = [...new Set(items.flatMap(({ item }) => (item.tags ?? []).map(name => name.trim())))].filter(
    name => name !== '',
  )
  if (names.length === 0) return
  const { key, ids } = await ensureTags(ctx, kind, names)
  const made = new Map(names.map((name, place) => [name, ids[place]]))
  for (const one of items)
    one.tags = { key, ids: (one.item.tags ?? []).flatMap(name => made.get(name.trim()) ?? []) }
}

export async function readTags<Item extends Tagged>(
  ctx: Ctx,
  kind: 'person' | 'company',
  items: Item[],
  outcomes: UpsertOutcome[],
): Promise<Item[]> {
  const named = items.filter(({ item }) => item.tags !== undefined && item.tags !== null)
  if (named.length === 0) return items
  const wrong = new Set(named.filter(({ item }) => !isTags(item.tags)))
  for (const { index } of wrong)
    outcomes[index] = {
      index,
      status: 'rejected',
      code: 'invalid_tags',
      ...told(says.tags_list()),
    }
  const good = named.filter(one => !wrong.has(one))
  try {
    await nameTags(ctx, kind, good)
  } catch (error) {
    if (failureOf(error)?.code !== 'too_many_tags') throw error
    // Those items are refused that would make one too many, and not all of their batch.
    for (const one of good)
      await nameTags(ctx, kind, [one]).catch((cause: unknown) => {
        const failure = failureOf(cause)
        if (failure?.code !== 'too_many_tags') throw cause
        wrong.add(one)
        outcomes[one.index] = {
          index: one.index,
          status: 'rejected',
          code: failure.code,
          ...toldBy(failure),
        }
      })
  }
  return items.filter(one => !wrong.has(one))
}

/** The custom values of an item for a record that has tags already. */
export function withTags({ custom: held }: { custom: Traits }, item: Tagged & { custom: Traits }): Traits {
  if (!item.tags) return item.custom
  const { key, ids } = item.tags
  if (ids.length === 0) return item.custom
  const before = Array.isArray(held[key]) ? (held[key] as string[]) : []
  return { ...item.custom, [key]: [...new Set([...before, ...ids])] }
}
