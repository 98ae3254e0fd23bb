import { expect, test } from 'vitest'
import { parseFilter } from '../../records/filter-parse.contract.ts'
import { filterOf, interactionsPath } from './interactions-query.ts'

test('a day of a channel is said in the filter language and in the address', () => {
  const day = { from: '2026-03-02', to: '2026-03-02', channels: 'web,app' }
  expect(filterOf(day)).toBe(
    'occurred_at >= 2026-03-02 and occurred_at <= 2026-03-02 and channel in ("web", "app")',
  )
  const search = new URL(interactionsPath(day), 'http://x').searchParams
  expect(filterOf(Object.fromEntries(search))).toBe(filterOf(day))
  expect(filterOf({})).toBeUndefined()
})

test('words are looked for as they were typed', () => {
  const words = 'said "no" \\ and left'
  expect(parseFilter(filterOf({ words: ` ${words} `, kind: 'call' }) ?? '')).toMatchObject({
    and: [
      { field: 'kind', value: 'call' },
      { or: [{ field: 'name', value: words }, { value: words }, { value: words }] },
    ],
  })
})
