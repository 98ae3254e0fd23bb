import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Ctx } from '../core/ctx.ts'
import { undoChanges } from '../records/records.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { companies, people } from './customers.contract.ts'
import { Naive } from './identity-naive.ts'
import { identifyCompanies, upsertPeople } from './index.ts'
import { listCompanyMerges, mergeCompanies, unmergeCompanies } from './merge.contract.ts'

let app: TestApp
let home: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())
beforeEach(async () => {
  home = await makeWorkspace(app)
})

const admin = () => home.keys.admin
const inside = <T>(run: (ctx: Ctx) => Promise<T>) =>
  app.machine.workspaceTransaction({ workspace_id: home.id, actor: { kind: 'write_key', id: 'shop' } }, run)
const make = async (body: Record<string, string | number>) =>
  (await app.call(companies.create, { key: admin(), body })).id
const hire = async (name: string, company_id: string) =>
  (await app.call(people.create, { key: admin(), body: { name, company_id } })).id
const edit = (id: string, body: Record<string, string | number | null>) =>
  app.call(companies.update, { key: admin(), params: { id }, body })
const get = (id: string) => app.call(companies.get, { key: admin(), params: { id } })
const employer = async (id: string) =>
  (await app.call(people.get, { key: admin(), params: { id } })).company_id
const found = async (filter: string) =>
  (await app.call(people.list, { key: admin(), query: { filter, sort: 'name' } })).items.map(
    item => item.name,
  )
const listed = async () =>
  (await app.call(companies.list, { key: admin(), query: { sort: 'name' } })).items.map(item => item.id)
type MergeBody = { other_id: string; dry_run?: boolean; keep?: Record<string, 'this' | 'other'> }
const merge = (id: string, body: MergeBody) =>
  app.call(mergeCompanies, { key: admin(), params: { id }, body })
const unmerge = (id: string, body: { merge_id?: string; other_id?: string; dry_run?: boolean }) =>
  app.call(unmergeCompanies, { key: admin(), params: { id }, body })
const group = async (group_id: string, traits: Record<string, string>, at = app.clock.now()) => {
  const [seen] = await inside(ctx => identifyCompanies(ctx, [{ group_id, traits, at, identifiers: [] }]))
  return seen?.company_id ?? ''
}

/** Everything of a company except when it was last written. */
const whole = async (id: string) => {
  const { updated_at: _when, ...row } = await inside(ctx =>
    ctx.db.selectFrom('company').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  )
  return row
}

describe('merging two companies', () => {
  test('shows what will become of them first, and changes nothing', async () => {
    const [acme, twin] = [await make({ name: 'Acme' }), await make({ name: 'ACME Ltd', city: 'Bonn' })]
    await hire('Ada', twin)
    const before = await whole(acme)
    const preview = await merge(acme, { other_id: twin, dry_run: true, keep: { name: 'other' } })
    expect(preview).toMatchObject({ merge_id: null, dry_run: true, people: { this: 0, other: 1 } })
    expect(preview.fields).toContainEqual({
      field: 'name',
      this: 'Acme',
      other: 'ACME Ltd',
      result: 'ACME Ltd',
      differs: true,
    })
    expect(await whole(acme)).toEqual(before)
    expect(await listed()).toHaveLength(2)
  })

  test('keeps the values of the one that stays and adds those it lacks, an amount with its currency', async () => {
    const acme = await make({ name: 'Acme', currency: 'EUR' })
    const twin = await make({ name: 'ACME Ltd', revenue_minor: 500, currency: 'USD', domain: 'acme.example' })
    await merge(acme, { other_id: twin })
    expect(await get(twin)).toMatchObject({
      id: acme,
      name: 'Acme',
      domain: 'acme.example',
      revenue_minor: 500,
    })
    expect(await get(acme)).toMatchObject({ currency: 'USD' })
    expect(await listed()).toEqual([acme])
  })

  test('takes the people along wherever they are asked for', async () => {
    const [acme, twin] = [await make({ name: 'Acme', industry: 'Tools' }), await make({ name: 'ACME Ltd' })]
    const [ada, bob] = [await hire('Ada', acme), await hire('Bob', twin)]
    await merge(acme, { other_id: twin })
    expect([await employer(ada), await employer(bob)]).toEqual([acme, acme])
    expect(await found(`company_id = "${acme}"`)).toEqual(['Ada', 'Bob'])
    expect(await found(`company_id = "${twin}"`)).toEqual(['Ada', 'Bob'])
    expect(await found('company.industry = "Tools"')).toEqual(['Ada', 'Bob'])
    const named = await app.call(companies.list, {
      key: admin(),
      query: { filter: 'people.name = "Bob" and people.name = "Ada"' },
    })
    expect(named.items.map(item => item.id)).toEqual([acme])
    const renamed = await app.call(people.update, {
      key: admin(),
      params: { id: bob },
      body: { job_title: 'Smith' },
    })
    expect(renamed.company_id).toBe(acme)
  })

  test('lets events, imports and writers that know the other one reach the one that stays', async () => {
    const acme = await make({ name: 'Acme' })
    const twin = await group('twin', { name: 'ACME Ltd' })
    await merge(acme, { other_id: twin })
    app.clock.advance(1000)
    await group('twin', { industry: 'Tools' })
    expect(await get(acme)).toMatchObject({ name: 'Acme', industry: 'Tools' })
    await inside(ctx =>
      upsertPeople(ctx, [{ name: 'Eve', company: { name: 'Acme LTD' } }], { mode: 'both', match: ['email'] }),
    )
    expect(await found(`company_id = "${acme}"`)).toEqual(['Eve'])
    const { outcomes } = await app.call(companies.batch, {
      key: admin(),
      body: { mode: 'upsert', match: ['external_id', 'name'], items: [{ name: 'acme ltd', city: 'Bonn' }] },
    })
    expect(outcomes).toMatchObject([{ status: 'updated', id: acme }])
    expect(await listed()).toEqual([acme])
  })

  test('is refused for a company with itself, for a viewer, and across workspaces', async () => {
    const [acme, twin] = [await make({ name: 'Acme' }), await make({ name: 'ACME Ltd' })]
    const ask = (id: string, other_id: string, key = admin()) =>
      app.ask(mergeCompanies, { key, params: { id }, body: { other_id } })
    expect(await ask(acme, acme)).toMatchObject({ status: 409, body: { code: 'merge_same_company' } })
    expect(await ask(acme, twin, home.keys.viewer)).toMatchObject({ status: 403 })
    const other = await makeWorkspace(app, 'Other')
    expect(await ask(acme, twin, other.keys.admin)).toMatchObject({ status: 404 })
    await merge(acme, { other_id: twin })
    expect(await ask(twin, acme)).toMatchObject({ status: 409, body: { code: 'merge_same_company' } })
  })

  test('in both directions at once makes one company', async () => {
    const [acme, twin] = [await make({ name: 'Acme' }), await make({ name: 'ACME Ltd' })]
    const ask = (id: string, other_id: string) =>
      app.ask(mergeCompanies, { key: admin(), params: { id }, body: { other_id } })
    const answers = await Promise.all([ask(acme, twin), ask(twin, acme)])
    expect(answers.map(answer => answer.status).toSorted((x, y) => x - y)).toEqual([200, 409])
    expect(await listed()).toHaveLength(1)
  })
})

describe('un-merging', () => {
  test('gives both back exactly, each with its people, apart from edits made since', async () => {
    const acme = await make({ name: 'Acme', city: 'London' })
    const twin = await make({ name: 'ACME Ltd', industry: 'Tools', external_id: 'twin' })
    const [ada, bob, joe] = [await hire('Ada', acme), await hire('Bob', twin), await hire('Joe', twin)]
    const [acmeBefore, twinBefore] = [await whole(acme), await whole(twin)]
    await merge(acme, { other_id: twin, keep: { name: 'other' } })
    await edit(acme, { industry: 'Forges' })
    await app.call(people.update, { key: admin(), params: { id: joe }, body: { company_id: null } })
    const [open] = (await app.call(listCompanyMerges, { key: admin(), params: { id: twin } })).items
    expect(open).toMatchObject({ winner_id: acme, loser_id: twin, loser_name: 'ACME Ltd' })
    const preview = await unmerge(acme, { other_id: twin, dry_run: true })
    expect(preview).toMatchObject({ dry_run: true, people: { this: 1, other: 1 } })
    expect(preview.fields).toContainEqual({ field: 'name', before: 'ACME Ltd', after: 'Acme' })
    await unmerge(acme, { merge_id: open?.id ?? '' })
    expect({ ...(await whole(acme)), as_of: null }).toEqual({
      ...acmeBefore,
      industry: 'Forges',
      as_of: null,
    })
    expect(await whole(twin)).toEqual(twinBefore)
    expect([await employer(ada), await employer(bob), await employer(joe)]).toEqual([acme, twin, null])
    expect(await found(`company_id = "${acme}"`)).toEqual(['Ada'])
    expect(await group('twin', {})).toBe(twin)
  })

  test('is what undoing a merge does, and undoing that merges again with the same values chosen', async () => {
    const [acme, twin] = [await make({ name: 'Acme' }), await make({ name: 'ACME Ltd', city: 'Bonn' })]
    const before = [await whole(acme), await whole(twin)]
    await merge(acme, { other_id: twin, keep: { name: 'other' } })
    const undoLast = async () => {
      const { items } = await app.call(companies.history, { key: admin(), params: { id: twin }, query: {} })
      const request_id = items[0]?.request_id ?? ''
      return app.call(undoChanges, { key: admin(), body: { request_id, record_id: twin } })
    }
    expect(await undoLast()).toEqual({ undone: 1, conflicts: [] })
    expect([await whole(acme), await whole(twin)]).toEqual(before)
    expect(await undoLast()).toEqual({ undone: 1, conflicts: [] })
    expect(await get(twin)).toMatchObject({ id: acme, name: 'ACME Ltd', city: 'Bonn' })
  })

  test('is told in the history of both', async () => {
    const [acme, twin] = [await make({ name: 'Acme' }), await make({ name: 'ACME Ltd' })]
    await merge(acme, { other_id: twin })
    await unmerge(acme, { other_id: twin })
    const { items } = await app.call(companies.history, { key: admin(), params: { id: twin }, query: {} })
    expect(items.map(item => item.changes.find(change => change.field === 'merged_into')?.after)).toEqual([
      null,
      acme,
      undefined,
    ])
  })
})

const minute = 60_000
const epoch = Date.UTC(2026, 0, 1)
const word = fc.constantFrom('a', 'b', 'c')
const company = fc.integer({ min: 0, max: 3 })
const step = fc.oneof(
  fc.record({
    op: fc.constant('group' as const),
    group: company,
    traits: fc.record({ name: word, industry: word, city: word, region: word }, { requiredKeys: ['name'] }),
    at: fc.integer({ min: 0, max: 20 }).map(count => epoch + count * minute),
  }),
  fc.record({
    op: fc.constant('edit' as const),
    person: company,
    field: fc.constantFrom('industry', 'city', 'region'),
    value: fc.option(word),
  }),
  fc.record({ op: fc.constant('join' as const), person: fc.integer({ min: 0, max: 2 }), company }),
  fc.record({
    op: fc.constant('merge' as const),
    one: company,
    other: company,
    keep: fc.dictionary(fc.constantFrom('name', 'city'), fc.constantFrom('this' as const, 'other' as const)),
  }),
  fc.record({ op: fc.constant('unmerge' as const), merge: fc.integer({ min: 0, max: 5 }) }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
const fields = ['name', 'industry', 'city', 'region'] as const

/** The companies of one workspace beside what they must come to, and where each of three people was last put. */
async function play(steps: Step[]) {
  const naive = new Naive(() => app.clock.now().getTime())
  const ids: string[] = []
  const merges: string[] = []
  const staff = await Promise.all(
    ['Ada', 'Bob', 'Eve'].map(async name => ({
      id: (await app.call(people.create, { key: admin(), body: { name } })).id,
      company: undefined as number | undefined,
    })),
  )
  for (const one of steps) {
    app.clock.advance(minute)
    if (one.op === 'group') {
      naive.identify({ op: 'identify', user: `g${one.group}`, traits: one.traits, at: one.at })
      const id = await group(`g${one.group}`, one.traits, new Date(one.at))
      if (!ids.includes(id)) ids.push(id)
    } else if (one.op === 'edit') {
      if (one.person >= naive.people) continue
      naive.edit(one)
      await edit(ids[one.person] ?? '', { [one.field]: one.value })
    } else if (one.op === 'join') {
      const [person, id] = [staff[one.person], ids[one.company]]
      if (person === undefined || id === undefined) continue
      // What is held already is no edit, though another company is shown in its place: a list that says the same every night
      // must not make a merge last.
      if (person.company !== one.company) person.company = naive.replay().root[one.company]
      await app.call(people.update, { key: admin(), params: { id: person.id }, body: { company_id: id } })
    } else if (one.op === 'merge') {
      if (Math.max(one.one, one.other) >= naive.people) continue
      const { shown, root } = naive.replay()
      const keep = Object.fromEntries(
        Object.entries(one.keep).filter(([field]) =>
          [one.one, one.other].some(each => shown[root[each] ?? -1]?.[field] !== undefined),
        ),
      )
      if (!naive.merge({ ...one, keep })) continue
      merges.push((await merge(ids[one.one] ?? '', { other_id: ids[one.other] ?? '', keep })).merge_id ?? '')
    } else {
      const open = naive.openMerges()
      const fact = open[one.merge % Math.max(1, open.length)]
      if (fact === undefined) continue
      naive.unmerge(fact.id)
      await unmerge(ids[fact.winner] ?? '', { merge_id: merges[fact.id] ?? '' })
    }
  }
  return { naive, ids, staff }
}

test('any order of events, edits, hirings, merges and un-merges equals replaying it all from the start', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30 }), async steps => {
      home = await makeWorkspace(app)
      const cast = [0, 1, 2].map(
        (one): Step => ({
          op: 'group',
          group: one,
          traits: one === 1 ? { name: 'b', city: 'c' } : { name: 'a' },
          at: epoch,
        }),
      )
      const { naive, ids, staff } = await play([...cast, ...steps])
      const { root, shown } = naive.replay()
      for (const [index, id] of ids.entries()) {
        const read = await get(id)
        expect(ids.indexOf(read.id)).toBe(root[index])
        const expected = shown[root[index] ?? index]
        expect(fields.map(field => read[field] ?? null)).toEqual(
          fields.map(field => expected?.[field]?.value ?? null),
        )
      }
      for (const person of staff)
        expect(await employer(person.id)).toBe(
          person.company === undefined ? null : ids[root[person.company] ?? -1],
        )
    }),
    { numRuns: Number(process.env.RAPPORT_PROPERTY_RUNS ?? 15), interruptAfterTimeLimit: 200_000 },
  )
}, 240_000)
