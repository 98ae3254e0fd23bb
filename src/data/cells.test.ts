import { expect, test } from 'vitest'
import { cellReader } from './cells.ts'

const read = (type: string, raw: string, more: Parameters<typeof cellReader>[1] = {}, country = 'DE') =>
  cellReader(type, more, { time_zone: 'Europe/Berlin', country })(raw)

test.each([
  ['email', ' Ann@Example.COM'.trim(), 'ann@example.com'],
  ['phone', '030 1234567', '+49301234567'],
  ['phone', '+44 20 7946 0958', '+442079460958'],
  ['phone', 'ask Bob', 'ask Bob'],
  ['number', '1,234.5', 1234.5],
  ['date', '2021-03-04', '2021-03-04'],
  ['date_time', '2021-03-04 12:00', new Date('2021-03-04T11:00:00Z')],
  ['boolean', 'Ja', true],
  ['boolean', '0', false],
  ['boolean', 'oui', true],
  ['boolean', 'Non', false],
  ['boolean', 'X', true],
  ['boolean', 'TRUE', true],
  ['domain', 'https://www.Example.com/about', 'example.com'],
  ['domain', 'wikifire.co.uk', 'wikifire.co.uk'],
  ['country', 'Deutschland', 'DE'],
  ['country', 'Philipines', 'PH'],
  ['country', 'Swizerland', 'CH'],
  ['id', '17850.0', '17850'],
  ['id', 'A-1.0', 'A-1.0'],
] as const)('%s %j is read as %j', (type, raw, value) => {
  expect(read(type, raw)).toEqual({ value })
})

test.each([
  ['email', 'ann at example', '"ann at example" is not an e-mail address'],
  ['number', '12 people', '"12 people" is not a number with decimal "."'],
  ['boolean', 'maybe', '"maybe" is neither yes nor no'],
  ['country', 'Channel Islands', '"Channel Islands" is not a country'],
  ['domain', 'n/a', '"n/a" is not a web address'],
])('%s %j is refused in words', (type, raw, problem) => {
  expect(read(type, raw)).toMatchObject({ problem: { text: problem } })
})

test('a date is read in the order of its column', () => {
  expect(read('date', '04/03/2021', { date_order: 'dmy' })).toEqual({ value: '2021-03-04' })
  expect(read('date', '25/03/2021', { date_order: 'mdy' })).toMatchObject({
    problem: { text: '"25/03/2021" is not a date written as month/day/year' },
  })
})
