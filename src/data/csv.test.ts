import { parse } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvRow, restored } from '../core/csv.ts'
import { parseOptions } from './rows.ts'

test.each(['=1+1', '+49 30 123', '-5', '@sum', '%x', '|calc', '\tx', '\rx', '\nx', '＝1'])(
  'a cell that begins like a formula is neutralised: %j',
  cell => {
    const [written] = parse(csvRow([cell]), { relax_quotes: true })
    expect(written?.[0]).toBe(`'${cell}`)
    expect(restored(written?.[0] ?? '')).toBe(cell)
  },
)

test('whatever stands in the cells, reading the written row gives it back', () => {
  const cell = fc
    .string({ unit: 'binary' })
    .filter(text => !text.includes('\u0000') && !/^'[=+\-@%|\t\r\n＝＋－＠％｜]/.test(text))
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 6 }), cells => {
      const options = { ...parseOptions({ delimiter: ',', quote: '"', escape: '"' }), bom: false }
      const rows = parse(csvRow(cells), options)
      expect(rows).toHaveLength(1)
      expect(rows[0]?.map(restored)).toEqual(cells)
    }),
  )
})
