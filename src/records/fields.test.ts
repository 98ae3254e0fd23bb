import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contactKind, type RecordsCast, startRecordsCast } from '../testing/records-cast.ts'
import {
  archiveField,
  createField,
  getField,
  listFields,
  listKinds,
  type NewField,
  restoreField,
  updateField,
} from './fields.contract.ts'
import {
  coerceCustom,
  createRecord,
  findFields,
  getRecord,
  listRecords,
  updateRecord,
  validateCustom,
} from './index.ts'

let cast: RecordsCast
beforeAll(async () => {
  cast = await startRecordsCast()
})
afterAll(() => cast.close())

const key = () => cast.keys.admin
const make = (body: Omit<NewField, 'kind'>) =>
  cast.call(createField, { key: key(), body: { kind: 'contact', ...body } })
const list = async (input: { filter?: string; sort?: string; search?: string }) =>
  (await cast.as({}, ctx => listRecords(ctx, contactKind, { ...input, limit: 60 }))).items.map(
    item => item['name'],
  )

describe('a field made at run time', () => {
  it('can at once be written, filtered, sorted, searched and read', async () => {
    const field = await make({ type: 'text', label: { en: 'Größe & Farbe', de: 'Größe' }, searchable: true })
    expect(field).toMatchObject({
      key: 'groesse_farbe',
      type: 'text',
      privacy_class: 'internal',
      archived_at: null,
    })
    const { id } = await cast.as({}, ctx =>
      createRecord(ctx, contactKind, { name: 'Red', custom: { groesse_farbe: 'Rot & Groß' } }),
    )
    await cast.as({}, ctx =>
      createRecord(ctx, contactKind, { name: 'Blue', custom: { groesse_farbe: 'blau' } }),
    )
    await cast.as({}, ctx => createRecord(ctx, contactKind, { name: 'None' }))
    expect(await list({ filter: 'custom.groesse_farbe = "ROT & gross"' })).toEqual(['Red'])
    expect(await list({ sort: '-custom.groesse_farbe' })).toEqual(['Red', 'Blue', 'None'])
    expect(await list({ search: 'rot & gr' })).toEqual(['Red'])
    await cast.as({}, ctx => updateRecord(ctx, contactKind, id, { custom: { groesse_farbe: 'grün' } }))
    expect(await list({ filter: 'custom.groesse_farbe contains "rot"' })).toEqual([])
    expect(await list({ filter: 'custom.groesse_farbe starts with "GRU"' })).toEqual(['Red'])
    const changed = await cast.as({}, ctx =>
      updateRecord(ctx, contactKind, id, { custom: { groesse_farbe: null } }),
    )
    expect(changed.custom).toEqual({})
    expect(await list({ filter: 'custom.groesse_farbe is empty', sort: 'name' })).toEqual(['None', 'Red'])
  })

  it('is told in the catalogue and the list of fields', async () => {
    const { items } = await cast.call(listKinds, { key: cast.keys.viewer })
    const contact = items.find(kind => kind.name === 'contact')
    expect(contact?.fields.find(field => field.key === 'custom.groesse_farbe')).toMatchObject({
      type: 'text',
      sortable: true,
    })
    expect(contact?.fields.map(field => field.key)).not.toContain('salary')
    expect(
      (await cast.call(listFields, { key: cast.keys.viewer, query: { kind: 'contact' } })).items,
    ).toHaveLength(1)
  })

  it('stands in a list that is filtered, sorted and paged like any other', async () => {
    for (const [label, type] of [
      ['Zebra', 'number'],
      ['Apple', 'text'],
      ['Mango', 'text'],
    ] as const)
      await cast.call(createField, { key: key(), body: { kind: 'firm', type, label: { en: label } } })
    const ask = (query: Record<string, string | number>) =>
      cast.call(listFields, { key: cast.keys.viewer, query: { kind: 'firm', ...query } })
    const keys = async (query: Record<string, string | number>) =>
      (await ask(query)).items.map(field => field.key)
    expect(await keys({})).toEqual(['zebra', 'apple', 'mango'])
    expect(await keys({ sort: '-key' })).toEqual(['zebra', 'mango', 'apple'])
    expect(await keys({ filter: 'type = text and key starts with "ma"' })).toEqual(['mango'])
    const first = await ask({ limit: 2 })
    expect(first.items).toHaveLength(2)
    expect(await keys({ limit: 2, after: first.next ?? '' })).toEqual(['mango'])
  })

  it('is made by administrators alone', async () => {
    const body = { kind: 'contact', type: 'text', label: { en: 'X' } } as const
    expect((await cast.ask(createField, { key: cast.keys.manager, body })).status).toBe(403)
    expect((await cast.ask(createField, { key: key(), body: { ...body, kind: 'nothing' } })).status).toBe(400)
    expect((await cast.ask(createField, { key: key(), body: { ...body, type: 'option' } })).status).toBe(400)
    expect(
      (await cast.ask(createField, { key: key(), body: { ...body, options: [{ label: { en: 'a' } }] } }))
        .status,
    ).toBe(400)
    expect((await cast.ask(createField, { key: key(), body: { ...body, key: 'Bad Key' } })).status).toBe(400)
  })
})

describe('options', () => {
  it('keep their ids through every change, and one left out is archived', async () => {
    const made = await make({
      type: 'option',
      label: { en: 'Tier' },
      options: [{ label: { en: 'Gold' } }, { label: { en: 'Gold' } }, { label: { en: 'Iron' } }],
    })
    expect(made.options.map(option => option.id)).toEqual(['gold', 'gold_2', 'iron'])
    const { id } = await cast.as({}, ctx =>
      createRecord(ctx, contactKind, { name: 'Tiered', custom: { tier: 'gold' } }),
    )
    const options = [{ id: 'gold', label: { en: 'Premium' } }, { label: { en: 'New' } }]
    const changed = await cast.call(updateField, { key: key(), params: { id: made.id }, body: { options } })
    expect(changed.options.map(({ id: option, archived }) => [option, archived ?? false])).toEqual([
      ['gold', false],
      ['new', false],
      ['gold_2', true],
      ['iron', true],
    ])
    expect(await list({ filter: 'custom.tier = "Premium"' })).toEqual(['Tiered'])
    expect((await cast.as({}, ctx => getRecord(ctx, contactKind, id))).custom).toEqual({ tier: 'gold' })
    await expect(
      cast.as({}, ctx => updateRecord(ctx, contactKind, id, { custom: { tier: 'iron' } })),
    ).rejects.toMatchObject({ errors: [{ path: 'custom.tier' }] })
  })
})

describe('an archived field', () => {
  it('is unknown everywhere, keeps its values and its key, and comes back with them', async () => {
    const field = await make({ type: 'number', key: 'shoe_size', label: { en: 'Shoe size' } })
    const { id } = await cast.as({}, ctx =>
      createRecord(ctx, contactKind, { name: 'Shod', custom: { shoe_size: 43 } }),
    )
    await cast.call(archiveField, { key: key(), params: { id: field.id } })
    await expect(list({ filter: 'custom.shoe_size = 43' })).rejects.toMatchObject({ code: 'invalid_filter' })
    expect((await cast.as({}, ctx => getRecord(ctx, contactKind, id))).custom).toEqual({})
    await expect(
      cast.as({}, ctx => updateRecord(ctx, contactKind, id, { custom: { shoe_size: 44 } })),
    ).rejects.toMatchObject({ kind: 'invalid' })
    expect(
      (
        await cast.ask(createField, {
          key: key(),
          body: { kind: 'contact', type: 'text', key: 'shoe_size', label: { en: 'X' } },
        })
      ).body,
    ).toMatchObject({ code: 'field_key_taken' })
    await cast.call(restoreField, { key: key(), params: { id: field.id } })
    expect(await list({ filter: 'custom.shoe_size = 43' })).toEqual(['Shod'])
    expect((await cast.as({}, ctx => getRecord(ctx, contactKind, id))).custom).toEqual({ shoe_size: 43 })
  })

  it('belongs to its workspace', async () => {
    const field = await make({ type: 'date', label: { en: 'Anniversary' } })
    await cast.as({ workspace_id: cast.other_workspace_id }, async ctx => {
      expect(await findFields(ctx, 'contact')).toEqual([])
    })
    expect((await cast.ask(getField, { key: key(), params: { id: field.id } })).status).toBe(200)
  })
})

describe('a custom value', () => {
  const options = [{ id: 'a', label: { en: 'Alpha' } }]
  it.each([
    ['number', ' 12.5 ', 12.5],
    ['number', 'twelve', undefined],
    ['boolean', 'Yes', true],
    ['boolean', 0, false],
    ['date', '2026-01-31T10:00:00Z', '2026-01-31'],
    ['date', '2026-02-30', undefined],
    ['date_time', '2026-01-31T10:00:00+01:00', '2026-01-31T09:00:00.000Z'],
    ['option', 'alpha', 'a'],
    ['option', 'beta', undefined],
    ['options', 'Alpha; a', ['a']],
    ['country', 'de', 'DE'],
    ['text', 12, '12'],
    ['text', { a: 1 }, undefined],
    ['url', 'javascript:alert(1)', undefined],
    ['email', 'no address', undefined],
    ['text', '', null],
  ] as const)('of type %s is read from %j as what can be meant', (type, value, wanted) => {
    const result = coerceCustom({ key: 'x', type, options }, value)
    if (wanted === undefined) expect(result).toHaveProperty('error')
    else expect(result).toEqual({ value: wanted })
  })

  it('is checked strictly, each record on its own', async () => {
    const checked = await cast.as({}, ctx =>
      validateCustom(ctx, 'contact', [{ shoe_size: '43' }, { shoe_size: 43 }, { nothing: 1 }]),
    )
    expect(checked.map(one => 'custom' in one)).toEqual([false, true, false])
  })
})
