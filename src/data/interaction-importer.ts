import type { Ctx } from '../core/ctx.ts'
import { companiesOf, identifyPeople } from '../customers/index.ts'
import { recordInteractions } from '../timeline/index.ts'
import { type Chunk, type Importer, understand, writeReadable } from './import-chunk.ts'
import type { ImportPlan } from './import-plan.ts'
import { interactionReader, type ReadInteraction } from './interaction-rows.ts'
import { rowReader } from './read-row.ts'

const remembered_people = 100_000
// First and last seen of a person move in steps: a sighting in between tells nothing new.
const step_ms = 15 * 60_000

interface Seen {
  first: number
  last: number
}
const timeOf = ({ interaction }: ReadInteraction) => Date.parse(interaction.occurred_at)
const keyOf = ({ interaction, traits, company }: ReadInteraction): string =>
  JSON.stringify([interaction.identifiers, traits.name, traits.country, company])

/** Who was seen, each at most twice: as early and as late as this chunk and the ones before it say. */
function sightings(items: ReadInteraction[], known: Map<string, Seen>): ReadInteraction[] {
  const extremes = new Map<string, { first: ReadInteraction; last: ReadInteraction }>()
  for (const item of items) {
    if (!item.interaction.identifiers.length) continue
    const key = keyOf(item)
    const found = extremes.get(key) ?? { first: item, last: item }
    if (timeOf(item) < timeOf(found.first)) found.first = item
    if (timeOf(item) > timeOf(found.last)) found.last = item
    extremes.set(key, found)
  }
  return [...extremes].flatMap(([key, { first, last }]) => {
    const before = known.get(key)
    const early = !before || timeOf(first) < before.first
    const late = first !== last && (!before || timeOf(last) > before.last + step_ms)
    return [
      ...(early ? [first] : []),
      ...(late || (before && !early && timeOf(last) > before.last + step_ms) ? [last] : []),
    ]
  })
}

const identify = (ctx: Ctx, items: ReadInteraction[]) =>
  identifyPeople(
    ctx,
    items.map(({ interaction, traits, company }) => ({
      identifiers: interaction.identifiers,
      traits,
      at: new Date(interaction.occurred_at),
      rule: 'import',
      evidence: { source: interaction.source },
      ...(company ? { group: { name: company, traits: {} } } : {}),
    })),
  )

/** Interactions of a company as such are filed under the company. */
async function companyIds(ctx: Ctx, items: ReadInteraction[]): Promise<(string | undefined)[]> {
  const mentioned = items.some(item => item.company && !item.interaction.identifiers.length)
  if (!mentioned) return items.map(() => undefined)
  return companiesOf(
    ctx,
    items.map(item => ({
      mention:
        item.company && !item.interaction.identifiers.length ? { name: item.company, traits: {} } : undefined,
      at: timeOf(item),
    })),
  )
}

export function importInteractions(plan: ImportPlan, workspace_currency: string): Importer {
  const readRow = rowReader(plan)
  const toInteraction = interactionReader(plan, workspace_currency)
  const known = new Map<string, Seen>()
  const toItem = (row: Parameters<typeof toInteraction>[0]) => {
    const read = toInteraction(row)
    return 'problem' in read ? read : { item: read }
  }

  return {
    read: rows => understand(rows, readRow, toItem),
    // which of several equal lines a row is depends on the lines before it
    pass: row => void understand([row], readRow, toItem),
    write: (ctx, chunk) =>
      writeReadable(chunk as Chunk<ReadInteraction>, async items => {
        const people = plan.settings.make_people ? sightings(items, known) : []
        if (people.length) await identify(ctx, people)
        const companies = await companyIds(ctx, items)
        const outcomes = await recordInteractions(
          ctx,
          items.map(({ interaction }, index) => {
            const company_id = companies[index]
            return company_id ? { ...interaction, company_id } : interaction
          }),
        )
        return outcomes.map((outcome, index) => {
          const occurred_at = items[index]?.interaction.occurred_at
          return outcome.id && occurred_at
            ? { ...outcome, interaction: { id: outcome.id, occurred_at } }
            : outcome
        })
      }),
    committed: chunk => remember(known, chunk),
    rehearsed: (_chunk, outcomes) => outcomes,
  }
}

function remember(known: Map<string, Seen>, chunk: Chunk): void {
  if (known.size > remembered_people) known.clear()
  for (const one of chunk) {
    if (!('item' in one)) continue
    const item = one.item as ReadInteraction
    const key = keyOf(item)
    const [at, before] = [timeOf(item), known.get(key)]
    known.set(
      key,
      before
        ? { first: Math.min(at, before.first), last: Math.max(at, before.last) }
        : { first: at, last: at },
    )
  }
}
