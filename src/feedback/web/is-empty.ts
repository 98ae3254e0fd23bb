/** There is nothing and nothing is on its way: the page says what to do instead of showing a table without rows. */
export const isEmpty = (list: {
  items: readonly unknown[]
  is_loading: boolean
  error: Error | null
}): boolean => list.items.length === 0 && !list.is_loading && !list.error
