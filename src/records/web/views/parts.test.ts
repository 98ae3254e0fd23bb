import { expect, test } from 'vitest'
import type { View } from '../../views.contract.ts'
import {
  addressOf,
  changesOf,
  columnsOf,
  columnsText,
  isPlain,
  partsOfAddress,
  partsOfView,
} from './parts.ts'

const view: View = {
  id: 'v',
  kind: 'person',
  name: 'Berlin',
  filter: 'city = "Berlin"',
  search: '',
  sort: '-created_at',
  columns: [{ key: 'name', width: 300 }, { key: 'email' }],
  shared: 'private',
  role: null,
  pinned: false,
  owner_id: null,
  may_change: true,
  is_my_default: false,
  default_roles: [],
  opens_list: false,
  withheld: [],
  created_at: '',
  updated_at: '',
}

test('columns stand in the address in their order, with the widths that were chosen', () => {
  expect(columnsText(view.columns)).toBe('name:300,email')
  expect(columnsOf('name:300,email')).toEqual(view.columns)
  expect(columnsOf('name:wide,custom.tier')).toEqual([{ key: 'name' }, { key: 'custom.tier' }])
  expect(columnsOf(undefined)).toBeNull()
})

test('a list that shows what its view holds has no changes, and otherwise only those', () => {
  const parts = partsOfView(view)
  expect(changesOf(view, partsOfAddress(addressOf(parts)))).toEqual({})
  expect(changesOf(view, { ...parts, filter: '', sort: 'name' })).toEqual({ filter: '', sort: 'name' })
  expect(changesOf(view, { ...parts, columns: null })).toEqual({ columns: null })
  const withheld: View = { ...view, filter: null, withheld: ['filter'] }
  expect(changesOf(withheld, { ...partsOfView(withheld), q: 'ann' })).toEqual({ search: 'ann' })
})

test('only a list of which the address says nothing opens with the default', () => {
  expect(isPlain({ panel: 'x' })).toBe(true)
  for (const name of ['view', 'filter', 'q', 'sort', 'columns']) expect(isPlain({ [name]: 'x' })).toBe(false)
})
