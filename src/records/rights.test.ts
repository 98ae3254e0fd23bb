import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KindRights } from '../core/ctx.ts'
import {
  contactKind,
  firmKind,
  type RecordsCast,
  type Someone,
  startRecordsCast,
} from '../testing/records-cast.ts'
import { loadCatalogue } from './catalogue.ts'
import { createCustomField } from './fields.ts'
import { listHistory } from './history.ts'
import { createRecord, filterCondition, getRecord, listRecords, updateRecord } from './index.ts'
import { removeRecord } from './records.ts'
import { isHidden } from './rights.ts'
import type { Shown } from './shown.ts'
import { findTitles } from './titles.ts'

let cast: RecordsCast
let mine: Shown
let theirs: Shown
const everything: KindRights = { read: 'all', write: 'all', delete: 'all' }

beforeAll(async () => {
  cast = await startRecordsCast()
  await cast.as({}, async ctx => {
    await createCustomField(ctx, {
      kind: 'contact',
      key: 'diagnosis',
      type: 'text',
      label: { en: 'Diagnosis' },
      privacy_class: 'sensitive',
    })
  })
  await cast.as({}, async ctx => {
    const firm = await createRecord(ctx, firmKind, {
      name: 'Firm of another',
      owner_id: cast.members.manager.id,
    })
    mine = await createRecord(ctx, contactKind, {
      name: 'Mine',
      owner_id: cast.members.agent.id,
      salary: 5000,
      firm_id: firm.id,
      custom: { diagnosis: 'flu' },
    })
    theirs = await createRecord(ctx, contactKind, {
      name: 'Theirs',
      owner_id: cast.members.manager.id,
      salary: 7000,
    })
  })
})
afterAll(() => cast.close())

const own = (): Someone => ({
  member_id: cast.members.agent.id,
  kinds: { '*': everything, contact: { read: 'own', write: 'own', delete: 'own' } },
})
const names = async (who: Someone, input: { filter?: string; search?: string; sort?: string } = {}) =>
  (await cast.as(who, ctx => listRecords(ctx, contactKind, { ...input, limit: 60 }))).items.map(
    item => item['name'],
  )

describe('who may see only their own records', () => {
  it('sees no others in lists, by id, by filter, by search, by relation or in history', async () => {
    expect(await names(own())).toEqual(['Mine'])
    expect(await names(own(), { filter: 'name = "theirs"' })).toEqual([])
    expect(await names(own(), { filter: 'not name = "mine"' })).toEqual([])
    expect(await names(own(), { search: 'theirs' })).toEqual([])
    const missing = { kind: 'not_found' }
    await expect(cast.as(own(), ctx => getRecord(ctx, contactKind, theirs.id))).rejects.toMatchObject(missing)
    await expect(
      cast.as(own(), ctx => listHistory(ctx, contactKind, theirs.id, { limit: 5 })),
    ).rejects.toMatchObject(missing)
    const firms = await cast.as(own(), ctx =>
      listRecords(ctx, firmKind, { filter: 'contacts.name = "theirs"', limit: 5 }),
    )
    expect(firms.items).toEqual([])
  })

  it('is told what their own are called alone, and by no field that is hidden', async () => {
    const called = async (who: Someone, ids = [mine.id, theirs.id]) =>
      (await cast.as(who, ctx => findTitles(ctx, { kind: 'contact', ids: ids.join() }))).map(one => one.title)
    expect((await called({})).toSorted()).toEqual(['Mine', 'Theirs'])
    expect(await called(own())).toEqual(['Mine'])
    const { id } = await cast.as({}, ctx =>
      createRecord(ctx, contactKind, { name: 'Soon nobody', email: 'hidden@mail.example', phone: '030 1' }),
    )
    await cast.as({}, ctx => sql`update contact set name = '' where id = ${id}::uuid`.execute(ctx.db))
    const without = (...hide: string[]): Someone => ({ ...own(), kinds: { '*': { ...everything, hide } } })
    expect(await called(without('salary'), [id])).toEqual(['hidden@mail.example'])
    expect(await called(without('email'), [id])).toEqual(['030 1'])
    expect(await called(without('email', 'phone'), [id])).toEqual([''])
    expect(await called(without('name'), [id])).toEqual([])
    await cast.as({}, ctx => removeRecord(ctx, contactKind, id))
  })

  it('does not reach a hidden firm through a contact', async () => {
    const who: Someone = {
      ...own(),
      kinds: { contact: everything, firm: { read: 'own', write: 'own', delete: 'own' } },
    }
    expect(await names(who, { filter: 'firm.name starts with "firm"' })).toEqual([])
    const none: Someone = {
      ...own(),
      kinds: { contact: everything, firm: { read: 'none', write: 'none', delete: 'none' } },
    }
    await expect(names(none, { filter: 'firm.name starts with "firm"' })).rejects.toMatchObject({
      code: 'invalid_filter',
    })
  })

  it('makes records of their own only', async () => {
    const made = await cast.as(own(), ctx => createRecord(ctx, contactKind, { name: 'New' }))
    expect(made['owner_id']).toBe(cast.members.agent.id)
    await expect(
      cast.as(own(), ctx => createRecord(ctx, contactKind, { name: 'New', owner_id: cast.members.owner.id })),
    ).rejects.toMatchObject({ kind: 'forbidden' })
    await cast.as({}, ctx => removeRecord(ctx, contactKind, made.id))
  })

  it('owns nothing without a member behind the key', async () => {
    expect(await names({ ...own(), member_id: null })).toEqual([])
  })
})

describe('who may see the records of the team', () => {
  const team = (...ids: string[]): Someone => ({
    member_id: cast.members.viewer.id,
    team: ids,
    kinds: { '*': everything, contact: { read: 'team', write: 'team', delete: 'team' } },
  })

  it('sees those of its members and no others, by every way', async () => {
    const who = team(cast.members.agent.id)
    expect(await names(who)).toEqual(['Mine'])
    expect(await names(who, { filter: 'not name = "mine"' })).toEqual([])
    expect(await names(who, { search: 'theirs' })).toEqual([])
    await expect(cast.as(who, ctx => getRecord(ctx, contactKind, theirs.id))).rejects.toMatchObject({
      kind: 'not_found',
    })
    const both = team(cast.members.agent.id, cast.members.manager.id)
    expect(new Set(await names(both))).toEqual(new Set(['Mine', 'Theirs']))
    expect(await names(team())).toEqual([])
    expect(await names({ ...both, member_id: null })).toEqual([])
  })

  it('makes records for members of it, and for nobody else', async () => {
    const who = team(cast.members.agent.id)
    const { agent, viewer, owner } = cast.members
    for (const [owner_id, expected] of [
      [agent.id, agent.id],
      [undefined, viewer.id],
    ] as const) {
      const input = { name: 'New', ...(owner_id ? { owner_id } : {}) }
      const made = await cast.as(who, ctx => createRecord(ctx, contactKind, input))
      expect(made['owner_id']).toBe(expected)
      await cast.as(who, ctx => removeRecord(ctx, contactKind, made.id))
    }
    const foreign = { name: 'New', owner_id: owner.id }
    await expect(cast.as(who, ctx => createRecord(ctx, contactKind, foreign))).rejects.toMatchObject({
      kind: 'forbidden',
    })
  })
})

describe('who may read and not write', () => {
  it('is refused, and nothing has changed', async () => {
    const who: Someone = {
      member_id: cast.members.agent.id,
      kinds: { '*': { read: 'all', write: 'own', delete: 'none' } },
    }
    await expect(
      cast.as(who, ctx => updateRecord(ctx, contactKind, theirs.id, { name: 'X' })),
    ).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(cast.as(who, ctx => removeRecord(ctx, contactKind, mine.id))).rejects.toMatchObject({
      kind: 'forbidden',
    })
    await cast.as(who, ctx => updateRecord(ctx, contactKind, mine.id, { level: 'gold' }))
    expect(await names({})).toEqual(['Theirs', 'Mine'])
  })
})

describe('a hidden field', () => {
  const masks: [string, Someone][] = [
    ['by privacy class', { hidden_classes: ['sensitive'] }],
    ['by name', { kinds: { '*': { ...everything, hide: ['salary', 'custom.diagnosis'] } } }],
  ]

  it.each(masks)('(%s) is absent from answers and the catalogue', async (_how, who) => {
    const shown = await cast.as(who, ctx => getRecord(ctx, contactKind, mine.id))
    expect(Object.keys(shown)).not.toContain('salary')
    expect(shown.custom).toEqual({})
    expect((await cast.as({}, ctx => getRecord(ctx, contactKind, mine.id))).custom).toEqual({
      diagnosis: 'flu',
    })
    const keys = (await cast.as(who, loadCatalogue)).get('contact')?.fields.map(field => field.key)
    expect(keys).not.toContain('salary')
    expect(keys).not.toContain('custom.diagnosis')
  })

  it.each(masks)(
    '(%s) cannot be guessed by filter, sort, relation or history, and answers like one that never was',
    async (_how, who) => {
      const reason = async (filter: string) => {
        try {
          await names(who, { filter })
        } catch (error) {
          return (error as { detail?: string }).detail?.replaceAll(/"[^"]*"/g, '…')
        }
        return 'answered'
      }
      const unknown = await reason('nothing_like_it > 1')
      expect(unknown).toContain('There is no field')
      expect(await reason('salary > 6000')).toBe(unknown)
      expect(await reason('custom.diagnosis contains "f"')).toBe(unknown)
      for (const sort of ['salary', '-custom.diagnosis'])
        await expect(names(who, { sort })).rejects.toMatchObject({ code: 'invalid_sort' })
      await expect(
        cast.as(who, ctx => listRecords(ctx, firmKind, { filter: 'contacts.salary > 1', limit: 5 })),
      ).rejects.toMatchObject({ code: 'invalid_filter' })
      const { items } = await cast.as(who, ctx => listHistory(ctx, contactKind, mine.id, { limit: 50 }))
      expect(JSON.stringify(items)).not.toMatch(/salary|diagnosis|5000|flu/)
    },
  )

  it.each(masks)('(%s) cannot be written', async (_how, who) => {
    await expect(
      cast.as(who, ctx => updateRecord(ctx, contactKind, mine.id, { salary: 1 })),
    ).rejects.toMatchObject({ kind: 'invalid' })
    await expect(
      cast.as(who, ctx => updateRecord(ctx, contactKind, mine.id, { custom: { diagnosis: 'x' } })),
    ).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('that is secret is hidden from everybody, whatever their rights', async () => {
    const field = { key: 'pin', privacy_class: 'secret' }
    expect(await cast.as({}, async ctx => isHidden(ctx.principal, 'contact', field))).toBe(true)
  })

  it('that is part of the search text closes the search', async () => {
    expect(await names({}, { search: 'mine' })).toEqual(['Mine'])
    expect(await names({ kinds: { '*': { ...everything, hide: ['email'] } } }, { search: 'mine' })).toEqual(
      [],
    )
  })
})

describe('a filter for a query of another area', () => {
  it('holds workspace, rights and masks', async () => {
    const count = (who: Someone, filter: string) =>
      cast.as(who, async ctx => {
        const condition = await filterCondition(ctx, { kind: 'contact', filter, alias: 'p' })
        const { rows } = await sql<{ id: string }>`select p.id from contact as p where ${condition}`.execute(
          ctx.db,
        )
        return rows.length
      })
    expect(await count({}, 'name is not empty')).toBe(2)
    expect(await count(own(), 'name is not empty')).toBe(1)
    await expect(count({ hidden_classes: ['sensitive'] }, 'salary > 0')).rejects.toMatchObject({
      code: 'invalid_filter',
    })
  })
})

describe('text from outside in every part of a list', () => {
  const payloads = [
    "' or 1=1 --",
    "'; drop table contact; --",
    '" or ""="',
    '\\',
    '%',
    '$1',
    '${x}',
    ') or (true',
    "x' || pg_sleep(5) || '",
    '1; select pg_sleep(5)',
    '\u0000',
    '\ud800',
    'name) is not null or (true',
    'a'.repeat(5000),
  ]

  it('finds nothing it should not and breaks nothing, in values, fields, operators, sorts, cursors and searches', async () => {
    const quoted = (text: string) => JSON.stringify(text)
    for (const payload of payloads) {
      const attempts = [
        { filter: `name = ${quoted(payload)}` },
        { filter: `name contains ${quoted(payload)}` },
        { filter: `custom.diagnosis starts with ${quoted(payload)}` },
        { filter: `level = ${quoted(payload)}` },
        { filter: `firm_id = ${quoted(payload)}` },
        { filter: `seen_at > ${quoted(payload)}` },
        { filter: `${payload} = 1` },
        { filter: `name ${payload} "x"` },
        { filter: payload },
        { sort: payload },
        { sort: `name ${payload}` },
        { after: payload, sort: 'name' },
        { search: payload.slice(0, 200) },
        { filter: { field: payload, op: 'eq', value: 1 } as const },
        { filter: { field: 'name', op: payload as 'eq', value: 'x' } },
        { filter: { field: 'seen_at', op: 'gt', value: { base: payload as 'now' } } as const },
      ]
      for (const attempt of attempts) {
        const started = Date.now()
        const outcome = await cast
          .as(own(), ctx => listRecords(ctx, contactKind, { ...attempt, limit: 5 }))
          .then(
            page => page.items.map(item => item['name']),
            (error: unknown) => (error as { kind?: string }).kind ?? error,
          )
        const harmless =
          outcome === 'invalid' || (Array.isArray(outcome) && outcome.every(name => name === 'Mine'))
        expect(harmless, `${JSON.stringify(attempt).slice(0, 200)} gave ${String(outcome)}`).toBe(true)
        expect(Date.now() - started).toBeLessThan(2000)
      }
    }
    expect(await names({})).toEqual(['Theirs', 'Mine'])
  })
})
