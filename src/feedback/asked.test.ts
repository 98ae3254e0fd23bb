import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { people } from '../customers/customers.contract.ts'
import { setReach } from '../identity/workspaces.contract.ts'
import { askWave, type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { makeWorkspace } from '../testing/workspace.ts'
import {
  type AskedRow,
  linkSteps,
  measureGroup,
  measureInvitations,
  measureUninvited,
} from './asked.contract.ts'
import { measure as measureContract } from './measure.contract.ts'
import { measureRepresentation } from './representation.contract.ts'
import { listResponses } from './responses.contract.ts'
import { createSurvey, invitePeople, openSurvey, type Survey } from './surveys.contract.ts'

let cast: SurveyCast
beforeAll(async () => {
  cast = await startSurveyCast()
})
afterAll(() => cast.close())

interface Narrowed {
  survey_id?: string
  filter?: string
  from?: string
  to?: string
}

/** Every page of the links at a step, a few at a time. */
async function linksAt(step: (typeof linkSteps)[number], query: Narrowed) {
  const rows: AskedRow[] = []
  let after: string | null = null
  let total: number | null = null
  do {
    const page: Awaited<ReturnType<typeof linksPage>> = await linksPage(step, query, after)
    rows.push(...page.items)
    after = page.next
    total = page.total
  } while (after !== null)
  expect(total).toBe(rows.length)
  expect(new Set(rows.map(row => row.id)).size).toBe(rows.length)
  return rows
}
const linksPage = (step: (typeof linkSteps)[number], query: Narrowed, after: string | null) =>
  cast.app.call(measureInvitations, {
    params: { measure: 'nps' },
    key: cast.key,
    query: { ...query, step, limit: 7, ...(after === null ? {} : { after }) },
  })

const measure = (query: Narrowed, key = cast.key) =>
  cast.app.call(measureContract, { key, params: { measure: 'nps' }, query })

describe('the numbers of who answered', () => {
  let survey: Survey
  beforeAll(async () => {
    survey = await cast.makeSurvey()
    await askWave(cast, survey, [
      { country: 'DE', asked: 14, answered: 9, score: 10 },
      { country: 'AT', asked: 9, answered: 3, score: 2 },
    ])
    await cast.visit(await cast.inviteOne(survey, await cast.makePerson('Looked only', { country: 'DE' })))
    const known = await cast.makePerson('By telephone', { country: 'AT' })
    await cast.answer(survey, [{ score: 8 }, { score: 9, person_id: known }])
  })

  test('open exactly the links that they count, in a filter and a range as well', async () => {
    const later = new Date(cast.app.clock.now().getTime() + 60_000).toISOString()
    for (const query of [{}, { filter: 'country = "DE"' }, { from: later }, { to: later }]) {
      const asked = { survey_id: survey.id, ...query }
      const { answered } = await measure(asked)
      for (const step of linkSteps)
        expect([step, (await linksAt(step, asked)).length]).toEqual([step, answered[step]])
      const { items, total } = await cast.app.call(measureUninvited, {
        params: { measure: 'nps' },
        key: cast.key,
        query: asked,
      })
      expect([items.length, total]).toEqual([answered.uninvited, answered.uninvited])
    }
    const { answered } = await measure({ survey_id: survey.id })
    expect(answered).toMatchObject({ invited: 24, opened: 13, started: 12, completed: 12, uninvited: 2 })
    expect(answered).toMatchObject({ guarded: false, withheld: false, response_rate: 0.5 })
  })

  test('say of each link whose it is and how far they came, newest or oldest first', async () => {
    const rows = await linksAt('opened', { survey_id: survey.id })
    const looked = rows.find(row => row.person?.name === 'Looked only')
    expect(looked).toMatchObject({ reached: 'opened', completed_at: null, survey: { id: survey.id } })
    expect(rows.filter(row => row.reached === 'completed').every(row => row.completed_at !== null)).toBe(true)
    const sorted = await Promise.all(
      (['created_at', '-created_at'] as const).map(async sort => {
        const query = { survey_id: survey.id, sort, limit: 200 }
        return (
          await cast.app.call(measureInvitations, { params: { measure: 'nps' }, key: cast.key, query })
        ).items.map(row => row.id)
      }),
    )
    expect(sorted[0]).toEqual(sorted[1]?.toReversed())
  })

  test('count a deleted person still, without a name', async () => {
    const gone = await cast.makePerson('Gone')
    const own = await cast.makeSurvey()
    await cast.inviteOne(own, gone)
    await cast.app.call(people.remove, { key: cast.key, params: { id: gone } })
    const rows = await linksAt('invited', { survey_id: own.id })
    expect(rows).toMatchObject([{ person: null, reached: 'invited' }])
    expect((await measure({ survey_id: own.id })).answered.invited).toBe(1)
  })

  test('name only people whom the reader may see, and count the others all the same', async () => {
    const away = await makeWorkspace(cast.app, 'Own records only')
    const key = away.keys.owner
    const reach = { kind: 'person', read: 'own', write: 'own', delete: 'own' } as const
    await cast.app.call(setReach, { key: away.keys.admin, params: { role: 'agent' }, body: reach })
    const made = await cast.app.call(createSurvey, {
      key,
      body: { template: 'nps', name: 'Here', subject: 'us' },
    })
    await cast.app.call(openSurvey, { key, params: { id: made.id } })
    const person_ids: string[] = []
    for (const owner of [away.members.agent.id, away.members.manager.id]) {
      const body = { name: `Of ${owner}`, country: 'DE', owner_id: owner }
      person_ids.push((await cast.app.call(people.create, { key, body })).id)
    }
    await cast.app.call(invitePeople, { key, params: { id: made.id }, body: { person_ids } })
    const browser = { headers: await away.browser('agent') }
    const group = { field: 'country', value: 'DE', answered: 'false' } as const
    for (const list of [
      await cast.app.call(measureInvitations, { ...browser, params: { measure: 'nps' } }),
      await cast.app.call(measureGroup, { params: { measure: 'nps' }, ...browser, query: group }),
    ]) {
      expect(list.total).toBe(2)
      expect(list.items.flatMap(row => row.person?.id ?? [])).toEqual(person_ids.slice(0, 1))
      expect(list.items).toHaveLength(2)
    }
  })

  test('show nothing of another workspace', async () => {
    const away = await makeWorkspace(cast.app, 'Elsewhere')
    for (const endpoint of [measureInvitations, measureUninvited]) {
      const foreign = await cast.app.ask(endpoint, {
        params: { measure: 'nps' },
        key: away.keys.owner,
        query: { survey_id: survey.id },
      })
      expect(foreign.status).toBe(404)
      const all = await cast.app.call(endpoint, { params: { measure: 'nps' }, key: away.keys.owner })
      expect(all).toMatchObject({ items: [], total: 0 })
    }
  })
})

describe('the shares of those who answered and those who did not', () => {
  test('open exactly the people they count: of a value, of the small groups, of those not known', async () => {
    const survey = await cast.makeSurvey()
    await askWave(cast, survey, [
      { country: 'DE', asked: 24, answered: 16, score: 10 },
      { country: 'AT', asked: 20, answered: 8, score: 2 },
      { country: 'CH', asked: 2, answered: 1, score: 9 },
      { country: 'LI', asked: 2, answered: 0, score: 9 },
    ])
    for (const filter of ['', 'country in ("AT", "CH", "LI")']) {
      const asked = { survey_id: survey.id, ...(filter ? { filter } : {}) }
      const { fields } = await cast.app.call(measureRepresentation, {
        params: { measure: 'nps' },
        key: cast.key,
        query: asked,
      })
      expect(fields.length).toBeGreaterThan(0)
      const groups = fields.flatMap(({ field, groups: all }) => all.map(each => ({ field, ...each })))
      expect(groups.some(each => each.group === 'others')).toBe(true)
      for (const { field, group, value, answered, silent } of groups)
        for (const [side, n] of [
          ['true', answered],
          ['false', silent],
        ] as const) {
          const named = value === null ? {} : { value }
          const query = { ...asked, field, group, ...named, answered: side, limit: 200 }
          const { items, total } = await cast.app.call(measureGroup, {
            params: { measure: 'nps' },
            key: cast.key,
            query,
          })
          expect([field, group, value, items.length, total]).toEqual([field, group, value, n, n])
          expect(items.every(row => (row.reached === 'completed') === (side === 'true'))).toBe(true)
        }
    }
  })
})

describe('a confidential survey', () => {
  test('lists whom it asked and nothing of who answered', async () => {
    const survey = await cast.makeSurvey({ anonymity: 'confidential' })
    await askWave(cast, survey, [{ country: 'IS', asked: 6, answered: 5, score: 9 }])
    const invited = await linksAt('invited', { survey_id: survey.id })
    expect(invited).toHaveLength(6)
    for (const row of invited)
      expect(row).toMatchObject({ reached: null, opened_at: null, started_at: null, completed_at: null })
    for (const step of ['opened', 'started', 'completed'] as const)
      expect(await linksPage(step, { survey_id: survey.id }, null)).toEqual({
        items: [],
        next: null,
        total: null,
        withheld: true,
      })
    const query = { survey_id: survey.id, field: 'country', value: 'IS', answered: 'true' } as const
    expect(
      await cast.app.call(measureGroup, { params: { measure: 'nps' }, key: cast.key, query }),
    ).toMatchObject({
      items: [],
      withheld: true,
    })
  })

  test('counts who answered over everybody it asked, or not at all', async () => {
    const survey = await cast.makeSurvey({ anonymity: 'confidential' })
    await askWave(cast, survey, [{ country: 'FO', asked: 6, answered: 5, score: 9 }])
    expect((await measure({ survey_id: survey.id })).answered).toMatchObject({
      guarded: true,
      withheld: false,
      invited: 6,
      completed: 5,
    })
    const later = new Date(cast.app.clock.now().getTime() + 60_000).toISOString()
    for (const narrowed of [{ filter: 'name = "FO 0"' }, { from: later }])
      expect((await measure({ survey_id: survey.id, ...narrowed })).answered).toMatchObject({
        withheld: true,
        opened: null,
        started: null,
        completed: null,
        response_rate: null,
      })
    const few = await cast.makeSurvey({ anonymity: 'confidential' })
    await askWave(cast, few, [{ country: 'FO', asked: 4, answered: 4, score: 9 }])
    expect((await measure({ survey_id: few.id })).answered).toMatchObject({ withheld: true, completed: null })
  })

  test('shows answers by open link without saying whose, and none when they are few', async () => {
    const survey = await cast.makeSurvey({ anonymity: 'confidential' })
    const told = await cast.makePerson('Told on', { country: 'MT' })
    await cast.answer(survey, [
      ...Array.from({ length: 5 }, () => ({ score: 7 })),
      { score: 1, person_id: told },
    ])
    const list = await cast.app.call(measureUninvited, {
      params: { measure: 'nps' },
      key: cast.key,
      query: { survey_id: survey.id },
    })
    expect(list).toMatchObject({ total: 6, withheld: false })
    expect(list.items.every(item => item.person === null && item.submitted_at === null)).toBe(true)
    await cast.makePerson('Said nothing', { country: 'MT' })
    // One who answered and one who did not must look the same.
    for (const name of ['Told on', 'Said nothing']) {
      const query = { survey_id: survey.id, filter: `name = "${name}"` }
      expect((await measure(query)).answered.uninvited).toBe(null)
      const rows = await cast.app.call(measureUninvited, { params: { measure: 'nps' }, key: cast.key, query })
      expect(rows).toEqual({ items: [], next: null, total: null, withheld: true })
      const all = await cast.app.call(listResponses, {
        key: cast.key,
        params: { id: survey.id },
        query: { filter: query.filter },
      })
      expect(all).toEqual({ items: [], next: null, withheld: true })
      expect(await measure(query)).toMatchObject({ n: null, score: null, withheld: true })
    }
    const sorted = await cast.app.ask(measureUninvited, {
      params: { measure: 'nps' },
      key: cast.key,
      query: { survey_id: survey.id, sort: 'submitted_at' },
    })
    expect(sorted).toMatchObject({ status: 400, body: { code: 'invalid_sort' } })
  })
})
