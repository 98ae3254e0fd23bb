import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Ctx } from '../core/ctx.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { people } from './customers.contract.ts'
import { listPersonIdentifiers } from './identifiers.contract.ts'
import { identifyPeople, personIdentifierIds } from './index.ts'
import { listMerges, mergePeople, unmergePeople } from './merge.contract.ts'
import { listReviews, resolveReview } from './reviews.contract.ts'

let app: TestApp
let home: TestWorkspace
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())
beforeEach(async () => {
  home = await makeWorkspace(app)
})

const inside = <T>(run: (ctx: Ctx) => Promise<T>) =>
  app.machine.workspaceTransaction({ workspace_id: home.id, actor: { kind: 'write_key', id: 'shop' } }, run)
const make = async (values: Record<string, string>) =>
  (await app.call(people.create, { key: home.keys.admin, body: values })).id
const get = (id: string) => app.call(people.get, { key: home.keys.admin, params: { id } })
const edit = (id: string, values: Record<string, string | boolean | null>) =>
  app.call(people.update, { key: home.keys.admin, params: { id }, body: values })
const list = async () =>
  (await app.call(people.list, { key: home.keys.admin, query: {} })).items.map(item => item.id)
type MergeBody = { other_id: string; dry_run?: boolean; keep?: Record<string, 'this' | 'other'> }
const merge = (id: string, body: MergeBody) =>
  app.call(mergePeople, { key: home.keys.admin, params: { id }, body })
const tryMerge = (id: string, body: MergeBody) =>
  app.ask(mergePeople, { key: home.keys.admin, params: { id }, body })
const unmerge = (id: string, body: { merge_id?: string; other_id?: string; dry_run?: boolean }) =>
  app.call(unmergePeople, { key: home.keys.admin, params: { id }, body })

/** Everything of a person except when it was last written. */
const whole = async (id: string) => {
  const { updated_at: _when, ...row } = await inside(ctx =>
    ctx.db.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  )
  return row
}

test('the winner keeps its values and gets those it lacks; the loser is read through it and leaves the lists', async () => {
  const ada = await make({ name: 'Ada Lovelace', email: 'ada@example.com' })
  const twin = await make({ name: 'A. Lovelace', phone: '+4930901820', city: 'London' })
  const merged = await merge(ada, { other_id: twin })
  expect(merged.fields.find(field => field.field === 'name')).toMatchObject({
    this: 'Ada Lovelace',
    other: 'A. Lovelace',
    result: 'Ada Lovelace',
    differs: true,
  })
  expect(await get(ada)).toMatchObject({
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    phone: '+4930901820',
    city: 'London',
  })
  expect(await get(twin)).toMatchObject({ id: ada })
  expect(await list()).toEqual([ada])
  const owned = await app.call(listPersonIdentifiers, {
    key: home.keys.admin,
    params: { id: ada },
    query: {},
  })
  expect(owned.items.map(item => item.value).toSorted()).toEqual(['+4930901820', 'ada@example.com'])
})

test('a preview shows the result and changes nothing', async () => {
  const [one, two] = [await make({ name: 'One' }), await make({ name: 'Two', city: 'Bonn' })]
  const before = await whole(one)
  const preview = await merge(one, { other_id: two, dry_run: true, keep: { name: 'other' } })
  expect(preview).toMatchObject({ merge_id: null, dry_run: true })
  expect(preview.fields).toContainEqual({
    field: 'name',
    this: 'One',
    other: 'Two',
    result: 'Two',
    differs: true,
  })
  expect(await whole(one)).toEqual(before)
  expect((await list()).toSorted()).toEqual([one, two].toSorted())
})

test('un-merging restores both exactly, apart from edits made since, which stay with the winner', async () => {
  const ada = await make({ name: 'Ada', city: 'London' })
  const twin = await make({ name: 'Twin', phone: '+4930901820', job_title: 'Countess' })
  const [adaBefore, twinBefore] = [await whole(ada), await whole(twin)]
  const { merge_id } = await merge(ada, { other_id: twin, keep: { name: 'other' } })
  await edit(twin, { job_title: 'Programmer' })
  expect(await get(ada)).toMatchObject({ name: 'Twin', job_title: 'Programmer', city: 'London' })
  const preview = await unmerge(ada, { other_id: twin, dry_run: true })
  expect(preview.fields).toContainEqual({ field: 'name', before: 'Twin', after: 'Ada' })
  await unmerge(ada, { merge_id: merge_id ?? '' })
  const after = await whole(ada)
  expect({ ...after, as_of: null }).toEqual({ ...adaBefore, job_title: 'Programmer', as_of: null })
  expect(await whole(twin)).toEqual(twinBefore)
  expect((await list()).toSorted()).toEqual([ada, twin].toSorted())
})

test('a chain is read through its end, and taking its first link out leaves the rest', async () => {
  const [a, b, c] = [
    await make({ name: 'A' }),
    await make({ name: 'B', city: 'Bonn' }),
    await make({ name: 'C' }),
  ]
  await merge(b, { other_id: a })
  await merge(c, { other_id: b })
  expect(await get(a)).toMatchObject({ id: c, city: 'Bonn' })
  const merges = await app.call(listMerges, { key: home.keys.admin, params: { id: a } })
  expect(merges.items.map(item => item.loser_name)).toEqual(['B', 'A'])
  await unmerge(c, { other_id: b })
  expect(await get(c)).toMatchObject({ city: null })
  expect(await get(a)).toMatchObject({ id: b, city: 'Bonn' })
})

test('who must not be contacted must not be after a merge either, whoever of the two stays', async () => {
  for (const [mine, theirs] of [
    [true, false],
    [false, true],
  ] as const) {
    const [a, b] = [await make({ name: 'A' }), await make({ name: 'B' })]
    await edit(a, { do_not_contact: mine })
    await edit(b, { do_not_contact: theirs })
    await merge(a, { other_id: b })
    expect(await get(a)).toMatchObject({ do_not_contact: true })
  }
})

test('an edit after a merge outlasts the choice that was made in it', async () => {
  const [a, b, c] = [await make({ name: 'A' }), await make({ name: 'B' }), await make({ name: 'C' })]
  await merge(a, { other_id: b, keep: { name: 'other' } })
  await edit(a, { name: 'Edited' })
  await merge(a, { other_id: c })
  await unmerge(a, { other_id: c })
  expect(await get(a)).toMatchObject({ name: 'Edited' })
})

test('what was taken out of the bottom of a chain is gone from everybody above it', async () => {
  const [a, b, c, d] = [
    await make({ name: 'A', city: 'Aachen' }),
    await make({ name: 'B' }),
    await make({ name: 'C' }),
    await make({ name: 'D' }),
  ]
  const before = await whole(c)
  await merge(b, { other_id: a })
  await merge(c, { other_id: b })
  await merge(d, { other_id: c })
  await unmerge(d, { other_id: a })
  expect(await get(d)).toMatchObject({ city: null })
  await unmerge(d, { other_id: c })
  expect(await get(c)).toMatchObject({ city: null })
  await unmerge(c, { other_id: b })
  expect(await whole(c)).toEqual(before)
})

test('merging a person with itself, or again, is refused', async () => {
  const [a, b] = [await make({ name: 'A' }), await make({ name: 'B' })]
  expect(await tryMerge(a, { other_id: a })).toMatchObject({
    status: 409,
    body: { code: 'merge_same_person' },
  })
  await merge(a, { other_id: b })
  expect(await tryMerge(b, { other_id: a })).toMatchObject({
    status: 409,
    body: { code: 'merge_same_person' },
  })
  expect(await tryMerge(a, { other_id: home.id })).toMatchObject({ status: 404 })
})

test('both directions at once make one person', async () => {
  const [a, b] = [await make({ name: 'A' }), await make({ name: 'B' })]
  const answers = await Promise.all([tryMerge(a, { other_id: b }), tryMerge(b, { other_id: a })])
  expect(answers.map(answer => answer.status).toSorted((x, y) => x - y)).toEqual([200, 409])
  expect(await list()).toHaveLength(1)
})

test('many merges at once end in one person with every identifier, whatever the order', async () => {
  const ids = await Promise.all(
    Array.from({ length: 8 }, (_, index) => make({ name: `P${index}`, email: `p${index}@example.com` })),
  )
  const pairs = ids.flatMap((one, index) => ids.slice(index + 1).map(other => [one, other] as const))
  const answers = await Promise.all(pairs.map(([one, other]) => tryMerge(one, { other_id: other })))
  expect(answers.filter(answer => answer.status === 200)).toHaveLength(7)
  expect(answers.filter(answer => answer.status >= 500)).toEqual([])
  const [root, ...others] = await list()
  expect(others).toEqual([])
  expect(await inside(ctx => personIdentifierIds(ctx, root ?? ''))).toHaveLength(8)
})

test('edits and merges at once never land on a person that is read through another', async () => {
  const [a, b] = [await make({ name: 'A' }), await make({ name: 'B' })]
  const answers = await Promise.all([
    tryMerge(a, { other_id: b }),
    ...Array.from({ length: 5 }, (_, index) => edit(b, { job_title: `Title ${index}` })),
  ])
  expect(answers[0]).toMatchObject({ status: 200 })
  expect((await get(a))['job_title']).toMatch(/^Title/)
})

test('an identify for the loser reaches the winner', async () => {
  const a = await make({ name: 'A' })
  const [b] = await inside(ctx =>
    identifyPeople(ctx, [
      {
        identifiers: [{ type: 'user_id', value: 'b' }],
        traits: { name: 'B' },
        at: new Date(0 + 1e12),
        rule: 'identify',
      },
    ]),
  )
  await merge(a, { other_id: b?.person_id ?? '' })
  const [seen] = await inside(ctx =>
    identifyPeople(ctx, [
      {
        identifiers: [{ type: 'user_id', value: 'b' }],
        traits: { title: 'Boss' },
        at: app.clock.now(),
        rule: 'identify',
      },
    ]),
  )
  expect(seen).toMatchObject({ person_id: a, status: 'updated' })
  expect(await get(a)).toMatchObject({ name: 'A', job_title: 'Boss' })
})

const conflict = async () => {
  const at = app.clock.now()
  const [ada, bob] = await inside(ctx =>
    identifyPeople(ctx, [
      { identifiers: [{ type: 'user_id', value: 'ada' }], traits: { name: 'Ada' }, at, rule: 'identify' },
      {
        identifiers: [{ type: 'user_id', value: 'bob' }],
        traits: { email: 'bob@example.com' },
        at,
        rule: 'identify',
      },
    ]),
  )
  const evidence = () =>
    inside(ctx =>
      identifyPeople(ctx, [
        {
          identifiers: [{ type: 'user_id', value: 'ada' }],
          traits: { email: 'bob@example.com' },
          at,
          rule: 'identify',
        },
      ]),
    )
  await evidence()
  const { items } = await app.call(listReviews, { key: home.keys.admin, query: {} })
  return { ada: ada?.person_id ?? '', bob: bob?.person_id ?? '', review: items[0]?.id ?? '', items, evidence }
}
const reviews = async () => (await app.call(listReviews, { key: home.keys.admin, query: {} })).items

test('a review shows both people and its evidence, and merging them answers it', async () => {
  const { ada, bob, review, items } = await conflict()
  expect(items[0]).toMatchObject({
    identifiers: [{ type: 'email', value: 'bob@example.com' }],
    rule: 'identify',
    occurrences: 1,
  })
  const decided = await app.call(resolveReview, {
    key: home.keys.admin,
    params: { id: review },
    body: { action: 'merge', keep_id: ada },
  })
  expect(decided).toMatchObject({ person_id: ada })
  expect(await get(bob)).toMatchObject({ id: ada, email: 'bob@example.com' })
  expect(await reviews()).toEqual([])
})

test('a pair that was kept apart does not come back with the same evidence', async () => {
  const { review, evidence } = await conflict()
  await app.call(resolveReview, {
    key: home.keys.admin,
    params: { id: review },
    body: { action: 'keep_apart' },
  })
  await evidence()
  expect(await reviews()).toEqual([])
})

test('nor does a pair that was un-merged', async () => {
  const { ada, bob, evidence } = await conflict()
  await merge(ada, { other_id: bob })
  await unmerge(ada, { other_id: bob })
  await evidence()
  expect(await reviews()).toEqual([])
  expect((await merge(ada, { other_id: bob, dry_run: true })).kept_apart).toBe(true)
})

test('an address that came with the other goes back with it', async () => {
  const [a, b] = [
    await make({ name: 'A', email: 'a@example.com' }),
    await make({ name: 'B', email: 'b@example.com' }),
  ]
  await merge(a, { other_id: b })
  await edit(a, { email: 'b@example.com' })
  await unmerge(a, { other_id: b })
  expect(await get(a)).toMatchObject({ email: 'a@example.com' })
  expect(await get(b)).toMatchObject({ email: 'b@example.com' })
})

test('viewers and agents may not merge, and nobody merges across workspaces', async () => {
  const [a, b] = [await make({ name: 'A' }), await make({ name: 'B' })]
  for (const key of [home.keys.viewer, home.keys.agent])
    expect(await app.ask(mergePeople, { key, params: { id: a }, body: { other_id: b } })).toMatchObject({
      status: 403,
    })
  const other = await makeWorkspace(app, 'Other')
  expect(
    await app.ask(mergePeople, { key: other.keys.admin, params: { id: a }, body: { other_id: b } }),
  ).toMatchObject({ status: 404 })
})
