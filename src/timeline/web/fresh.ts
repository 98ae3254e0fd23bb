interface Dated {
  id: string
  at: string
}
interface Page<Item> {
  items: Item[]
  next: string | null
}

/** Between which instants something was added; as ISO text, which sorts as time does. */
export interface Span {
  from: string
  until: string
}

const everything: Span = { from: '', until: '\uFFFF' }

/** What is told of several events, or of one whose time is not known, may lie anywhere between. */
export const joined = (one: Span | undefined, { from, until }: Partial<Span>): Span => {
  const other = from === undefined || until === undefined ? everything : { from, until }
  if (!one) return other
  return {
    from: one.from < other.from ? one.from : other.from,
    until: one.until > other.until ? one.until : other.until,
  }
}

/** The page at which to read again, and the cursor before it: the first that reaches down to this instant. */
export function startOf<Item extends Dated>(
  pages: readonly Page<Item>[],
  until: string,
): { index: number; after: string | null } {
  const found = pages.findIndex(({ items }) => (items.at(-1)?.at ?? '') <= until)
  const index = found < 0 ? Math.max(pages.length - 1, 0) : found
  return { index, after: pages[index - 1]?.next ?? null }
}

/**
 * What was read again from the start of a page, put among what is there: what is new stands where it happened. Undefined
 * where that cannot be right: more is new than was read, or something that was there is gone (a merge, an un-merge).
 */
export function withFresh<Item extends Dated>(
  pages: readonly Page<Item>[],
  index: number,
  read: readonly Item[],
): Page<Item>[] | undefined {
  const shown = pages.slice(index).flatMap(({ items }) => items)
  const again = new Set(read.map(({ id }) => id))
  const met = shown.filter(({ id }) => again.has(id)).length
  const rest = shown.slice(met)
  const pushedOff = !rest[0] || rest[0].at <= (read.at(-1)?.at ?? '')
  if (met === 0 || !pushedOff || rest.some(({ id }) => again.has(id))) return undefined
  return inPages(pages, index, [...upToWhatIsShown(pages, rest, read), ...rest])
}

/** Below what is shown a page may still be to come, and brings its own. */
function upToWhatIsShown<Item extends Dated>(
  pages: readonly Page<Item>[],
  rest: readonly Item[],
  read: readonly Item[],
): readonly Item[] {
  const last = pages.at(-1)
  if (rest.length > 0 || !last || last.next === null) return read
  return read.slice(0, read.findIndex(({ id }) => id === last.items.at(-1)?.id) + 1)
}

/** Each stays on its page; what is new goes to the page of what follows it. */
function inPages<Item extends Dated>(
  pages: readonly Page<Item>[],
  index: number,
  all: readonly Item[],
): Page<Item>[] {
  const pageOf = new Map(pages.flatMap(({ items }, at) => items.map(({ id }) => [id, at] as const)))
  const upwards: Item[][] = pages.map(() => [])
  let place = pages.length - 1
  for (const item of all.toReversed()) {
    place = pageOf.get(item.id) ?? place
    upwards[place]?.push(item)
  }
  return pages.map((page, at) => (at < index ? page : { ...page, items: upwards[at]?.toReversed() ?? [] }))
}
