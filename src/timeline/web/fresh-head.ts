interface Dated {
  id: string
  at: string
}

/**
 * The newest page, asked again, put before what is there already. Undefined where that cannot be right: more has
 * happened than one page holds, or what was there has changed (a merge, an un-merge, something that came in late).
 */
export function withHead<Item extends Dated>(
  shown: readonly Item[],
  head: readonly Item[],
  headIsAll: boolean,
): Item[] | undefined {
  const known = new Set(shown.map(item => item.id))
  const meets = head.findIndex(item => known.has(item.id))
  if (shown.length === 0 || meets < 0) return headIsAll ? [...head] : undefined
  const rest = head.slice(meets)
  const same = rest.every((item, place) => shown[place]?.id === item.id)
  return same ? [...head, ...shown.slice(rest.length)] : undefined
}
