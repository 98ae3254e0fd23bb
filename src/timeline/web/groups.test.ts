import { expect, test } from 'vitest'
import type { TimelineItem } from '../timeline.contract.ts'
import { byDay, withBursts } from './groups.ts'

const start = Date.parse('2026-03-02T12:00:00Z')
let made = 0

function interaction(
  minutesAgo: number,
  facts: Partial<Extract<TimelineItem, { type: 'interaction' }>> = {},
): TimelineItem {
  const at = new Date(start - minutesAgo * 60_000).toISOString()
  return {
    type: 'interaction',
    id: `i${++made}`,
    at,
    occurred_at: at,
    received_at: at,
    channel: 'web',
    kind: 'page_view',
    name: 'Prices',
    text: null,
    source: null,
    direction: null,
    amount_minor: null,
    currency: null,
    feeling: null,
    score: null,
    ref_kind: null,
    ref_id: null,
    member_id: null,
    message_id: null,
    properties: {},
    ...facts,
  }
}
const look = (items: TimelineItem[]) =>
  withBursts(items).map(entry => (entry.type === 'burst' ? entry.items.length : 'one'))

test('many page views in a short while are told as one', () => {
  expect(look([interaction(1), interaction(2), interaction(20), interaction(49)])).toEqual([4])
})

test('two are no burst, and a long pause ends one', () => {
  expect(look([interaction(1), interaction(2)])).toEqual(['one', 'one'])
  expect(look([interaction(1), interaction(2), interaction(3), interaction(90)])).toEqual([3, 'one'])
})

test('what carries money, a feeling or words stands for itself and divides a burst', () => {
  const order = interaction(4, { kind: 'event', amount_minor: 500, currency: 'EUR' })
  expect(look([interaction(1), interaction(2), interaction(3), order, interaction(5)])).toEqual([
    3,
    'one',
    'one',
  ])
  const words = [1, 2, 3].map(at => interaction(at, { kind: 'message', text: 'hello' }))
  expect(look(words)).toEqual(['one', 'one', 'one'])
  // The tracking SDKs give each view a title and an address: that is no reason to list a hundred of them.
  expect(look([1, 2, 3].map(at => interaction(at, { text: 'Prices · /prices' })))).toEqual([3])
})

test('another channel is another burst', () => {
  const items = [1, 2, 3].map(at => interaction(at))
  expect(look([...items, ...[4, 5, 6].map(at => interaction(at, { channel: 'app' }))])).toEqual([3, 3])
})

test('nothing is lost and the order stays', () => {
  const items = [
    interaction(1),
    interaction(2),
    interaction(3),
    interaction(80, { kind: 'call' }),
    interaction(81),
  ]
  const told = withBursts(items).flatMap(entry => (entry.type === 'burst' ? entry.items : [entry]))
  expect(told.map(item => item.id)).toEqual(items.map(item => item.id))
})

test('days follow the reader, not the clock of the server', () => {
  const items = [interaction(0), interaction(60 * 13), interaction(60 * 14)]
  const days = byDay(withBursts(items), at => at.slice(0, 10))
  expect(days.map(({ day, entries }) => [day, entries.length])).toEqual([
    ['2026-03-02', 1],
    ['2026-03-01', 2],
  ])
})
