import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Ctx } from '../core/ctx.ts'
import { setReach } from '../identity/workspaces.contract.ts'
import { undoChanges } from '../records/records.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { companyTimeline, personTimeline } from '../timeline/timeline.contract.ts'
import { companies, people } from './customers.contract.ts'
import { eraseCustomers, identifyPeople, upsertPeople } from './index.ts'
import { mergeCompanies, mergePeople, unmergeCompanies, unmergePeople } from './merge.contract.ts'
import { relationships } from './relations.contract.ts'

let app: TestApp
let home: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())
beforeEach(async () => {
  home = await makeWorkspace(app)
})

const day = (days = 0) => new Date(app.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10)
const key = () => home.keys.admin
const inside = <T>(run: (ctx: Ctx) => Promise<T>) =>
  app.machine.workspaceTransaction({ workspace_id: home.id, actor: { kind: 'write_key', id: 'shop' } }, run)
const firm = async (name: string) => (await app.call(companies.create, { key: key(), body: { name } })).id
const person = async (name: string, more: Record<string, string> = {}) =>
  (await app.call(people.create, { key: key(), body: { name, ...more } })).id
const edit = (id: string, body: Record<string, string | null>) =>
  app.call(people.update, { key: key(), params: { id }, body })
const employer = async (id: string) =>
  (await app.call(people.get, { key: key(), params: { id } })).company_id ?? null
type Body = Parameters<typeof app.call<typeof relationships.create>>[1]['body']
const relate = async (body: Body) => (await app.call(relationships.create, { key: key(), body })).id
const refusal = async (body: Body) => {
  const { status, body: told } = await app.ask(relationships.create, { key: key(), body })
  return [status, (told as { code: string }).code]
}
const change = (id: string, body: Body) =>
  app.call(relationships.update, { key: key(), params: { id }, body })
const remove = (id: string) => app.call(relationships.remove, { key: key(), params: { id } })
const listed = async (filter: string, by = key()) =>
  (await app.call(relationships.list, { key: by, query: { filter } })).items
/** Company, role and period of everywhere somebody worked, the first first. */
const career = async (id: string) =>
  (await listed(`type = "works_at" and person_id = "${id}"`))
    .map(one => [one.company_id, one.role ?? null, one.from_on ?? null, one.to_on ?? null])
    .toReversed()
const found = async (filter: string) =>
  (await app.call(people.list, { key: key(), query: { filter, sort: 'name' } })).items.map(one => one.name)
const undo = async (id: string) => {
  const { items } = await app.call(people.history, { key: key(), params: { id } })
  return app.call(undoChanges, { key: key(), body: { request_id: items[0]?.request_id ?? '' } })
}

describe('the company of a person', () => {
  test('opens a period of work, and another one ends it and opens the next', async () => {
    const [acme, other] = [await firm('Acme'), await firm('Other')]
    const vera = await person('Vera', { company_id: acme, job_title: 'Clerk' })
    expect(await career(vera)).toEqual([[acme, 'Clerk', null, null]])
    await edit(vera, { job_title: 'Head of Purchasing' })
    await edit(vera, { company_id: other, job_title: 'Director' })
    const moved = [
      [acme, 'Head of Purchasing', null, day()],
      [other, 'Director', day(), null],
    ]
    expect(await career(vera)).toEqual(moved)
    await edit(vera, { company_id: null })
    expect(await career(vera)).toEqual([moved[0], [other, 'Director', day(), day()]])
    expect(await found(`worked_at.company_id = "${acme}"`)).toEqual(['Vera'])
    expect(await found(`works_at.company_id = "${acme}"`)).toEqual([])
  })

  test('counts whichever way it is written: by an import, an event, in bulk', async () => {
    const acme = await firm('Acme')
    await inside(async ctx => {
      await upsertPeople(ctx, [{ name: 'Imported', external_id: 'i1', company: { name: 'Acme' } }], {
        mode: 'both',
        match: ['external_id'],
      })
      const identifiers = [{ type: 'user_id' as const, value: 'u1' }]
      const traits = { name: 'Seen', company: { name: 'Acme' } }
      await identifyPeople(ctx, [{ identifiers, traits, at: ctx.now, rule: 'identify' }])
    })
    const lone = await person('Lone')
    await app.call(people.changeMany, { key: key(), body: { ids: [lone], values: { company_id: acme } } })
    expect(await found(`works_at.company_id = "${acme}"`)).toEqual(['Imported', 'Lone', 'Seen'])
  })

  test('is followed for each of many that are changed together, and put right together without a trace', async () => {
    const [acme, other] = [await firm('Acme'), await firm('Other')]
    const ids = [await person('One', { company_id: acme }), await person('Lone')]
    const to = async (...firms: string[]) => {
      const items = ids.map((id, at) => ({ id, company_id: firms[at] ?? null }))
      await inside(ctx => upsertPeople(ctx, items, { mode: 'update', match: ['id'] }))
      return Promise.all(ids.map(career))
    }
    const left = [acme, null, null, day()]
    expect(await to(other, acme)).toEqual([[left, [other, null, day(), null]], [[acme, null, null, null]]])
    expect(await to(acme, acme)).toEqual([[[acme, null, null, null]], [[acme, null, null, null]]])
  })

  test('goes back with its undo, however many days later, and again with the undo of that', async () => {
    const [acme, other] = [await firm('Acme'), await firm('Other')]
    const vera = await person('Vera', { company_id: acme, job_title: 'Clerk' })
    const before = await career(vera)
    await edit(vera, { company_id: other })
    const moved = await career(vera)
    app.clock.advance(3 * 86_400_000)
    expect(await undo(vera)).toMatchObject({ undone: 1, conflicts: [] })
    expect(await career(vera)).toEqual(before)
    await undo(vera)
    expect((await career(vera)).map(one => one[0])).toEqual(moved.map(one => one[0]))
    expect(await employer(vera)).toBe(other)
  })

  test('that is put right on the same day leaves no trace of the wrong one', async () => {
    const [acme, wrong] = [await firm('Acme'), await firm('Wrong')]
    const vera = await person('Vera', { company_id: acme })
    await edit(vera, { company_id: wrong })
    await edit(vera, { company_id: acme })
    expect(await career(vera)).toEqual([[acme, null, null, null]])
  })

  test('is emptied when the work there ends, and filled when somebody without one begins', async () => {
    const acme = await firm('Acme')
    const vera = await person('Vera', { company_id: acme })
    const [work] = await listed(`person_id = "${vera}"`)
    await change(work?.id ?? '', { to_on: day() })
    expect(await employer(vera)).toBeNull()
    expect(await undo(vera)).toMatchObject({ conflicts: [] })
    expect(await employer(vera)).toBe(acme)
    expect(await career(vera)).toEqual([[acme, null, null, null]])
    await remove(work?.id ?? '')
    expect(await employer(vera)).toBeNull()
    expect(await career(vera)).toEqual([])
    const next = await relate({ type: 'works_at', person_id: vera, company_id: acme, role: 'Buyer' })
    expect(await employer(vera)).toBe(acme)
    await relate({ type: 'works_at', person_id: vera, company_id: await firm('Second') })
    expect(await employer(vera)).toBe(acme)
    await remove(next)
    expect(await employer(vera)).toBeNull()
    await app.call(relationships.restore, { key: key(), params: { id: next } })
    expect(await employer(vera)).toBe(acme)
    const nils = await person('Nils')
    await relate({ type: 'works_at', person_id: nils, company_id: acme })
    expect(await undo(nils)).toMatchObject({ undone: 2, conflicts: [] })
    expect([await employer(nils), await career(nils)]).toEqual([null, []])
  })
})

describe('the history and the timeline of each end', () => {
  type Ask = Parameters<typeof app.call<typeof people.history>>[1]
  const told = async (of: 'people' | 'companies', id: string, by = key()) => {
    const ask: Ask = { key: by, params: { id } }
    const { items } = await app.call(of === 'people' ? people.history : companies.history, ask)
    const log = await app.call(of === 'people' ? personTimeline : companyTimeline, ask)
    const ties = items.flatMap(one => one.ties)
    expect(log.items.flatMap(one => (one.type === 'change' ? one.ties : []))).toEqual(ties)
    return ties.map(({ action, values, changes }) => [
      action,
      values['type'],
      Object.fromEntries(
        changes.filter(one => ['role', 'to_on'].includes(one.field)).map(one => [one.field, one.after]),
      ),
    ])
  }

  test('tell that a relation began, was changed and has ended, once for each request', async () => {
    const [acme, vera] = [await firm('Acme'), await person('Vera')]
    const id = await relate({ type: 'works_at', person_id: vera, company_id: acme, role: 'Clerk' })
    await change(id, { role: 'Head' })
    await change(id, { to_on: day() })
    const all = [
      ['updated', 'works_at', { to_on: day() }],
      ['updated', 'works_at', { role: 'Head' }],
      ['created', 'works_at', expect.objectContaining({ role: 'Clerk' })],
    ]
    expect(await told('people', vera)).toEqual(all)
    expect(await told('companies', acme)).toEqual(all)
    const { items } = await app.call(people.history, { key: key(), params: { id: vera } })
    expect(items.map(one => [one.action, one.ties.length])).toEqual([
      ['updated', 1],
      ['updated', 1],
      ['updated', 1],
      ['created', 0],
    ])
    // The company that follows is told with it; alone, by itself and to be undone by itself.
    expect(items[0]?.changes).toMatchObject([{ field: 'company_id', after: null }])
    expect(items[1]).toMatchObject({ record_id: id, changes: [] })
    const { request_id = '', record_id } = items[1] ?? {}
    await app.call(undoChanges, { key: key(), body: { request_id: request_id ?? '', record_id } })
    expect((await told('people', vera))[0]).toEqual(['updated', 'works_at', { role: 'Clerk' }])
  })

  test('tell what only follows from the company of a person together with it', async () => {
    const [acme, other] = [await firm('Acme'), await firm('Other')]
    const vera = await person('Vera', { company_id: acme })
    await edit(vera, { company_id: other })
    const { items } = await app.call(people.history, { key: key(), params: { id: vera } })
    expect(items.map(one => [one.action, one.ties.map(tie => tie.action).sort()])).toEqual([
      ['updated', ['created', 'updated']],
      ['created', ['created']],
    ])
    const log = await app.call(personTimeline, { key: key(), params: { id: vera } })
    expect(log.items.map(one => one.type === 'change' && [one.op, one.ties.length])).toEqual([
      ['update', 2],
      ['insert', 1],
    ])
  })

  test('follow a merge, and leave out an end that the reader does not see', async () => {
    const [own, hidden] = [
      await person('Own', { owner_id: home.members.agent.id }),
      await person('Hidden', { owner_id: home.members.manager.id }),
    ]
    const twin = await person('Twin', { owner_id: home.members.agent.id })
    await relate({ type: 'household', person_id: own, other_person_id: hidden })
    await relate({ type: 'reports_to', person_id: twin, other_person_id: hidden })
    await app.call(mergePeople, { key: key(), params: { id: own }, body: { other_id: twin } })
    const types = async (by: string) => (await told('people', own, by)).map(one => one[1])
    expect(await types(key())).toEqual(['reports_to', 'household'])
    const { items } = await app.call(people.history, { key: key(), params: { id: own } })
    const ties = items.flatMap(one => one.ties)
    expect(ties.every(one => one.values['person_id'] === own)).toBe(true)
    const body = { kind: 'person', read: 'own', write: 'own', delete: 'none' } as const
    await app.call(setReach, { key: key(), params: { role: 'agent' }, body })
    const browser = await home.browser('agent')
    const seen = await app.call(people.history, { headers: browser, params: { id: own } })
    expect(seen.items.flatMap(one => one.ties)).toEqual([])
    expect(seen.items.length).toBeGreaterThan(0)
  })
})

describe('a relation', () => {
  test('is the same from both ends, and people are found by it', async () => {
    const [acme, group] = [await firm('Acme'), await firm('Group')]
    const [vera, nils, boss] = [await person('Vera'), await person('Nils'), await person('Boss')]
    const role = 'Head of Purchasing'
    const buys = await relate({ type: 'buys_for', person_id: vera, company_id: acme, role, from_on: day(-9) })
    await relate({ type: 'household', person_id: vera, other_person_id: nils })
    await relate({ type: 'reports_to', person_id: vera, other_person_id: boss })
    await relate({ type: 'parent_company', company_id: acme, other_company_id: group })
    expect(await listed(`company_id = "${acme}" and type = "buys_for"`)).toEqual(
      await listed(`person_id = "${vera}" and type = "buys_for"`),
    )
    expect(await found('buys_for.role contains "purchasing" and buys_for.company.name = "acme"')).toEqual([
      'Vera',
    ])
    expect(await found('household.type is not empty')).toEqual(['Nils', 'Vera'])
    expect(await found(`manages.person_id = "${vera}"`)).toEqual(['Boss'])
    const filter = 'subsidiaries.company.buyers.role contains "head"'
    const { items } = await app.call(companies.list, { key: key(), query: { filter } })
    expect(items.map(one => one.name)).toEqual(['Group'])
    await change(buys, { to_on: day() })
    expect(await found(`buys_for.company_id = "${acme}"`)).toEqual([])
    expect(await found(`bought_for.company_id = "${acme}"`)).toEqual(['Vera'])
  })

  test('that contradicts itself or another is refused, with what to do', async () => {
    const [acme, group] = [await firm('Acme'), await firm('Group')]
    const [vera, nils] = [await person('Vera'), await person('Nils')]
    const buys = { type: 'buys_for', person_id: vera, company_id: acme } as const
    expect(await refusal({ ...buys, from_on: day(2), to_on: day(1) })).toEqual([400, 'relation_period'])
    expect(await refusal({ ...buys, other_person_id: nils })).toEqual([400, 'relation_ends'])
    expect(await refusal({ type: 'buys_for', person_id: vera })).toEqual([400, 'relation_ends'])
    expect(await refusal({ type: 'household', person_id: vera, other_person_id: vera })).toEqual([
      400,
      'relation_to_itself',
    ])
    expect(await refusal({ type: 'works_at', person_id: vera, company_id: acme, to_on: day(9) })).toEqual([
      400,
      'relation_period',
    ])
    await relate({ ...buys, from_on: day(-9), to_on: day(-5) })
    await relate({ ...buys, from_on: day(-5) })
    expect(await refusal({ ...buys, from_on: day(-6) })).toEqual([409, 'relation_repeated'])
    await relate({ type: 'household', person_id: vera, other_person_id: nils })
    expect(await refusal({ type: 'household', person_id: nils, other_person_id: vera })).toEqual([
      409,
      'relation_repeated',
    ])
    await relate({ type: 'parent_company', company_id: acme, other_company_id: group })
    expect(await refusal({ type: 'parent_company', company_id: group, other_company_id: acme })).toEqual([
      409,
      'relation_contradicts',
    ])
  })
})

describe('the rights on a relation', () => {
  test('are those on both its ends: who does not see one end does not see that there is a relation', async () => {
    const agent = home.members.agent
    const acme = await firm('Acme')
    const [vera, nils] = [await person('Vera', { owner_id: agent.id }), await person('Nils')]
    const hidden = await relate({ type: 'household', person_id: vera, other_person_id: nils, note: 'Secret' })
    const buys = await relate({ type: 'buys_for', person_id: vera, company_id: acme })
    const foreign = await relate({ type: 'buys_for', person_id: nils, company_id: acme })
    const [workspace_id, role] = [home.id, 'agent']
    const own = { write: 'own', delete: 'own' }
    await inside(ctx =>
      ctx.db
        .insertInto('role_reach')
        .values([
          { workspace_id, role, kind: 'person', read: 'own', ...own },
          { workspace_id, role, kind: 'company', read: 'all', ...own },
        ])
        .execute(),
    )
    const headers = await home.browser('agent')
    const seen = await app.call(relationships.list, { headers, query: {} })
    expect(seen.items.map(one => one.id)).toEqual([buys])
    for (const id of [hidden, foreign])
      for (const each of [
        relationships.get,
        relationships.history,
        relationships.remove,
        relationships.restore,
      ])
        expect((await app.ask(each, { headers, params: { id } })).status).toBe(404)
    const both = { type: 'household', person_id: vera, other_person_id: nils } as const
    const body = { ...both, from_on: day(5) }
    expect((await app.ask(relationships.create, { headers, body })).status).toBe(400)
    const query = { filter: 'household.note = "Secret"' }
    expect((await app.call(people.list, { headers, query })).items).toEqual([])
    await app.call(relationships.update, { headers, params: { id: buys }, body: { role: 'Buyer' } })
    // Both ends in sight, none of them one's own to write.
    const group = await firm('Group')
    const firms = await relate({ type: 'parent_company', company_id: acme, other_company_id: group })
    const refused = await app.ask(relationships.update, {
      headers,
      params: { id: firms },
      body: { role: 'x' },
    })
    expect(refused.status).toBe(403)
  })
})

describe('merged people and companies', () => {
  test('show the relations of all who are one, and un-merging gives them back', async () => {
    const [acme, other] = [await firm('Acme'), await firm('Other')]
    const [vera, twin] = [
      await person('Vera', { company_id: acme }),
      await person('Twin', { company_id: other }),
    ]
    await relate({ type: 'buys_for', person_id: twin, company_id: acme })
    await relate({ type: 'household', person_id: vera, other_person_id: twin })
    const shown = async () => [await listed(`person_id = "${vera}"`), await listed(`person_id = "${twin}"`)]
    const before = await shown()
    await app.call(mergePeople, { key: key(), params: { id: vera }, body: { other_id: twin } })
    const merged = await listed(`person_id = "${vera}"`)
    const ends = new Set(merged.map(one => [one.type, one.person_id, one.company_id].join()))
    expect(ends).toEqual(
      new Set([`buys_for,${vera},${acme}`, `works_at,${vera},${acme}`, `works_at,${vera},${other}`]),
    )
    expect(merged).toHaveLength(3)
    expect(await refusal({ type: 'buys_for', person_id: vera, company_id: acme })).toEqual([
      409,
      'relation_repeated',
    ])
    await app.call(unmergePeople, { key: key(), params: { id: vera }, body: { other_id: twin } })
    expect(await shown()).toEqual(before)
    await app.call(mergeCompanies, { key: key(), params: { id: acme }, body: { other_id: other } })
    expect((await listed(`company_id = "${acme}"`)).length).toBe(3)
    await app.call(unmergeCompanies, { key: key(), params: { id: acme }, body: { other_id: other } })
    expect(await shown()).toEqual(before)
  })

  test('keep the company and the period in step when one was changed while they were one', async () => {
    const [acme, other] = [await firm('Acme'), await firm('Other')]
    const [vera, twin] = [await person('Vera'), await person('Twin', { company_id: acme })]
    await app.call(mergePeople, { key: key(), params: { id: vera }, body: { other_id: twin } })
    expect(await employer(vera)).toBe(acme)
    await edit(vera, { company_id: other })
    expect((await career(vera)).map(one => one[3])).toEqual([day(), null])
    await app.call(unmergePeople, { key: key(), params: { id: vera }, body: { other_id: twin } })
    expect([await employer(twin), await career(twin)]).toEqual([acme, [[acme, null, null, null]]])
    expect([await employer(vera), await career(vera)]).toEqual([other, [[other, null, day(), null]]])
  })
})

test('a person that is erased takes relations along, from the change log too', async () => {
  const [acme, vera] = [await firm('Acme'), await person('Vera')]
  await relate({ type: 'works_at', person_id: vera, company_id: acme, note: 'Secret' })
  await app.machine.system(db =>
    eraseCustomers(db, { workspace_id: home.id, person_ids: [vera], company_ids: [] }),
  )
  const left = await inside(async ctx => [
    await ctx.db.selectFrom('relationship').select('id').execute(),
    await ctx.db.selectFrom('change').select('id').where('kind', '=', 'relationship').execute(),
  ])
  expect(left).toEqual([[], []])
})
