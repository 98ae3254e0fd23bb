import { expect, test } from 'vitest'
import type { PreviewColumn } from '../import-formats.contract.ts'
import type { Preview } from '../imports.contract.ts'
import { leftOut, withNewFields } from './new-fields.ts'
import { firstDraft, mappingOf } from './wizard.ts'

const column = (at: number, name: string, more: Partial<PreviewColumn> = {}): PreviewColumn => ({
  column: at,
  name,
  description: '',
  samples: ['1'],
  filled_percent: 100,
  type: 'text',
  date_order: null,
  date_order_certain: true,
  decimal: '.',
  suggestion: null,
  in_name_only: false,
  question: null,
  unreadable_percent: 0,
  ...more,
})

const file = (kind: Preview['kind'], columns: PreviewColumn[], targets: string[]): Preview =>
  ({
    kind,
    columns,
    targets: targets.map(key => ({ key, label: key, type: 'text', custom: key.startsWith('custom.') })),
    settings: { defaults: {} },
    remembered: null,
  }) as unknown as Preview

test('every column that has something and no field becomes one of its own', () => {
  const preview = file(
    'person',
    [
      column(0, 'E-mail', { suggestion: 'email' }),
      column(1, 'Shoe size', { type: 'number', decimal: ',' }),
      column(2, 'shoe size'),
      column(3, 'Größe'),
      column(4, 'Nothing', { type: 'empty' }),
      column(5, 'Paid', { type: 'money' }),
      column(6, '2 + 2'),
      column(7, 'Wish'),
      column(8, `Long ${'and longer '.repeat(20)}`),
      column(9, `Long ${'and longer '.repeat(20)}`),
    ],
    ['email', 'custom.wish'],
  )
  const draft = firstDraft(null)
  expect(leftOut(preview, draft).map(one => one.column)).toEqual([1, 2, 3, 5, 6, 7, 8, 9])
  const kept = { ...draft, columns: withNewFields(preview, draft) }
  expect(leftOut(preview, kept)).toEqual([])
  const mapping = mappingOf(preview, kept)
  expect(mapping.map(one => [one.column, one.target, one.new_field?.type ?? null]).slice(0, 7)).toEqual([
    [0, 'email', null],
    [1, 'custom.shoe_size', 'number'],
    [2, 'custom.shoe_size_2', 'text'],
    [3, 'custom.grosse', 'text'],
    [5, 'custom.paid', 'number'],
    [6, 'custom.field', 'text'],
    [7, 'custom.wish', null],
  ])
  expect(mapping[1]?.decimal).toBe(',')
  const targets = mapping.map(one => one.target)
  expect(new Set(targets).size).toBe(targets.length)
  for (const target of targets) expect(target).toMatch(/^(email|custom\.[a-z][a-z0-9_]{0,49})$/)
  for (const one of mapping) expect((one.new_field?.label ?? '').length).toBeLessThanOrEqual(100)
})

test('what happened keeps its columns as properties, and gets no fields', () => {
  const preview = file('interaction', [column(0, 'Agent')], [])
  expect(leftOut(preview, firstDraft(null))).toEqual([])
})
