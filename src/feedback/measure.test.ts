import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Call } from '../core/endpoint.ts'
import { newId } from '../core/id.ts'
import { type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { measure, measureSegments } from './measure.contract.ts'
import { scoreOf } from './measures/score.ts'
import { type Told, tallyOf } from './measures/tally-naive.ts'
import { definitions, type Measure } from './measures.contract.ts'
import { createResponses, listResponses, measureResponses } from './responses.contract.ts'
import type { Survey } from './surveys.contract.ts'

let cast: SurveyCast
beforeAll(async () => {
  cast = await startSurveyCast()
})
afterAll(() => cast.close())

interface Answer extends Told {
  person_id?: string
  at?: string
  place?: string
  touchpoint?: string
  /** Which of the survey's questions; the first. */
  question?: number
}

async function tell(survey: Survey, answers: readonly Answer[]): Promise<void> {
  const items = answers.map(({ value, at = '2025-10-05T10:00:00Z', question = 0, ...answer }) => ({
    ...(answer.person_id ? { person_id: answer.person_id } : {}),
    ...(answer.weight ? { weight: answer.weight } : {}),
    ...(answer.place ? { place: answer.place } : {}),
    ...(answer.touchpoint ? { touchpoint: answer.touchpoint } : {}),
    submission_id: newId(),
    submitted_at: at,
    answers: [{ question_id: survey.questions[question]?.id ?? '', value }],
  }))
  const { outcomes } = await cast.app.call(createResponses, {
    key: cast.key,
    params: { id: survey.id },
    body: { items },
  })
  expect(outcomes.filter(one => one.status !== 'created')).toEqual([])
}

const ask = (of: Measure, query: NonNullable<Call<typeof measure>['query']>) =>
  cast.app.call(measure, { key: cast.key, params: { measure: of }, query })
const segments = (of: Measure, query: NonNullable<Call<typeof measureSegments>['query']>) =>
  cast.app.call(measureSegments, { key: cast.key, params: { measure: of }, query })
const rows = (of: Measure, query: NonNullable<Call<typeof measureResponses>['query']>) =>
  cast.app.call(measureResponses, { key: cast.key, params: { measure: of }, query: { limit: 200, ...query } })

const csat = (extra: Parameters<SurveyCast['makeSurvey']>[0] = {}) =>
  cast.makeSurvey({ template: 'csat', kind: 'transactional', ...extra })

async function someCompanies(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId())
  await cast.app.machine.workspaceTransaction(
    { workspace_id: cast.here.id, actor: { kind: 'system', id: 'test' } },
    ctx =>
      ctx.db
        .insertInto('company')
        .values(ids.map((id, index) => ({ workspace_id: cast.here.id, id, name: `Measured ${index}` })))
        .execute(),
  )
  return ids
}

describe('every measure', () => {
  test.each(Object.keys(definitions) as Measure[])(
    'of %s is what its statistics say of the same answers, weighted and clustered',
    async of => {
      const survey = await cast.makeSurvey({ template: of, kind: 'transactional' })
      const { scale_min, scale_max } = definitions[of]
      const companies = await someCompanies(3)
      const people = await Promise.all(
        Array.from({ length: 9 }, (_, index) => {
          const company_id = companies[index % 4]
          return cast.makePerson(`${of} ${index}`, company_id === undefined ? {} : { company_id })
        }),
      )
      const told = Array.from({ length: 24 }, (_, index) => {
        const who = index < 18 ? index % 9 : undefined
        const company = who === undefined ? undefined : (companies[who % 4] ?? people[who])
        return {
          value: scale_min + ((index * 7) % (scale_max - scale_min + 1)),
          weight: 0.5 + (index % 3),
          ...(company === undefined ? {} : { company }),
          ...(who === undefined ? {} : { person_id: people[who] ?? '' }),
        }
      })
      await tell(survey, told)
      for (const weights of ['off', 'on'] as const) {
        const measured = await ask(of, { survey_id: survey.id, weights })
        const plain = told.map(({ value, company }) => ({ value, ...(company ? { company } : {}) }))
        const byHand = scoreOf(definitions[of], tallyOf(of, weights === 'on' ? told : plain))
        expect(measured).toMatchObject({ measure: of, n: 24, weighted: weights === 'on', has_weights: true })
        expect(measured.score).toBeCloseTo(byHand?.score.value ?? -999, 8)
        expect(measured.low).toBeCloseTo(byHand?.score.low ?? -999, 8)
        expect(measured.high).toBeCloseTo(byHand?.score.high ?? -999, 8)
        expect(measured.effective_n).toBeCloseTo(byHand?.effective_n ?? -1, 8)
        expect(measured.design_effect).toBeCloseTo(byHand?.design_effect ?? -1, 8)
        expect(measured.second?.value ?? null).toEqual(
          byHand?.second ? expect.closeTo(byHand.second.value, 8) : null,
        )
        expect(measured.bands?.reduce((sum, band) => sum + band.n, 0)).toBe(24)
        for (const { band, n } of measured.bands ?? [])
          expect((await rows(of, { survey_id: survey.id, band })).items).toHaveLength(n)
      }
      expect((await ask('nps', { survey_id: survey.id })).n).toBe(of === 'nps' ? 24 : 0)
    },
  )

  test('counts the last answer of each person in a relational survey with its own weight', async () => {
    const survey = await csat({ kind: 'relational' })
    const person_id = await cast.makePerson('Twice weighed')
    await tell(survey, [
      { value: 1, weight: 9, person_id, at: '2025-10-05T10:00:00Z' },
      { value: 5, weight: 2, person_id, at: '2025-10-06T10:00:00Z' },
      { value: 2, weight: 2 },
    ])
    const measured = await ask('csat', { survey_id: survey.id, weights: 'on' })
    expect(measured).toMatchObject({ n: 2, score: 50, effective_n: 2 })
    expect(measured.trend).toMatchObject([{ period: '2025-10-01', n: 2, score: 50 }])
  })

  test('never takes one for another, by its range or by its name', async () => {
    const survey = await cast.makeSurvey({ template: 'intent', kind: 'transactional' })
    await tell(survey, [{ value: 10 }, { value: 0 }])
    expect(await ask('intent', { survey_id: survey.id })).toMatchObject({ n: 2, unit: 'scale', score: 5 })
    expect(await ask('nps', { survey_id: survey.id })).toMatchObject({ n: 0, score: null })
    const other = await cast.app.ask(measure, {
      key: cast.key,
      params: { measure: 'ces' as 'ces_1' },
      query: {},
    })
    expect(other.status).toBe(400)
    const band = await cast.app.ask(measureResponses, {
      key: cast.key,
      params: { measure: 'intent' },
      query: { survey_id: survey.id, band: 'promoters' },
    })
    expect(band.body).toMatchObject({ code: 'unknown_band' })
  })

  test('counts the first of several questions, and those about a touchpoint by its name', async () => {
    const survey = await csat({
      questions: [
        { measure: 'csat', touchpoint: 'Checkout', required: false },
        { measure: 'ces_1', required: false },
      ],
    })
    const [overall, checkout, effort] = survey.questions.map(question => question.id)
    const { outcomes } = await cast.app.call(createResponses, {
      key: cast.key,
      params: { id: survey.id },
      body: {
        items: [5, 4, 3].map(value => ({
          submission_id: newId(),
          place: value === 5 ? 'Gate A' : 'Gate B',
          answers: [
            { question_id: overall ?? '', value },
            { question_id: checkout ?? '', value: 1 },
            { question_id: effort ?? '', value: 2 },
          ],
        })),
      },
    })
    expect(outcomes.map(one => one.status)).toEqual(['created', 'created', 'created'])
    const of = { survey_id: survey.id }
    expect((await ask('csat', of)).score).toBeCloseTo(66.667, 3)
    expect(await ask('csat', { ...of, touchpoint: 'Checkout' })).toMatchObject({ n: 3, score: 0 })
    expect(await ask('csat', { ...of, place: 'Gate A' })).toMatchObject({ n: 1, score: 100 })
    expect(await ask('ces_1', of)).toMatchObject({ n: 3, score: 2, unit: 'scale', scale: { polarity: -1 } })
    const byTouchpoint = await segments('csat', { ...of, by: 'touchpoint' })
    expect(
      byTouchpoint.segments.map(one => [one.group, one.value, one.n, Math.round(one.score ?? -1)]),
    ).toEqual([
      ['unknown', null, 3, 67],
      ['value', 'Checkout', 3, 0],
    ])
    const checkouts = await rows('csat', { ...of, by: 'touchpoint', value: 'Checkout' })
    expect(checkouts.items.map(one => [one.score, one.touchpoint])).toEqual(
      [1, 2, 3].map(() => [1, 'Checkout']),
    )
    const byPlace = await segments('csat', { ...of, by: 'place' })
    expect(byPlace.segments.map(one => [one.value, one.n])).toEqual([
      ['Gate B', 2],
      ['Gate A', 1],
    ])
    const listed = await cast.app.call(listResponses, { key: cast.key, params: { id: survey.id } })
    expect(listed.items.map(one => one.measure)).toEqual(['csat', 'csat', 'csat'])
  })
})

describe('segments', () => {
  test('differ and change only where Holm lets them, and open exactly the answers they count', async () => {
    const survey = await csat()
    const countries = ['DE', 'FR', 'US', undefined]
    const people = await Promise.all(
      countries.map((country, index) => cast.makePerson(`Segment ${index}`, country ? { country } : {})),
    )
    const wave = (at: string, satisfied: number[]) =>
      tell(
        survey,
        people.flatMap((person_id, index) =>
          Array.from({ length: 40 }, (_, each) => ({
            person_id,
            at,
            value: each < (satisfied[index] ?? 0) ? 5 : 2,
          })),
        ),
      )
    await wave('2025-10-15T12:00:00Z', [20, 20, 20, 20])
    await wave('2025-11-15T12:00:00Z', [38, 29, 21, 20])
    const range = { survey_id: survey.id, from: '2025-11-01T00:00:00Z', to: '2025-12-01T00:00:00Z' }
    const found = await segments('csat', { ...range, by: 'person.country' })
    expect(found.fields.map(field => field.by)).toContain('company.industry')
    expect(found.fields.map(field => field.by)).not.toContain('person.email')
    const bySegment = new Map(found.segments.map(one => [one.value, one]))
    expect(bySegment.get('DE')).toMatchObject({
      n: 40,
      score: 95,
      indicative: false,
      change: { points: 45, significant: true },
    })
    // By itself this would be called a change; of four segments the second most striking must be three times as sure.
    const second = bySegment.get('FR')
    expect(second?.filter).toBe('country = "FR"')
    const narrowed = await ask('csat', { ...range, filter: second?.filter ?? '' })
    expect(narrowed).toMatchObject({ n: 40, score: 72.5 })
    expect(second).toMatchObject({ n: 40, score: 72.5, change: { points: 22.5, significant: false } })
    expect((second?.change?.p ?? 1) / 3).toBeLessThan(0.05)
    expect(bySegment.get(null)).toMatchObject({ group: 'unknown', n: 40, score: 50 })
    for (const { group, value, n } of found.segments) {
      const behind = await rows('csat', {
        ...range,
        by: 'person.country',
        group,
        ...(value ? { value } : {}),
      })
      expect(behind.items).toHaveLength(n)
    }
    const unknown = await cast.app.ask(measureSegments, {
      key: cast.key,
      params: { measure: 'csat' },
      query: { ...range, by: 'person.email' },
    })
    expect(unknown.body).toMatchObject({ status: 400, code: 'unknown_field' })
  })

  test('beyond the twenty largest stand together, with all their answers behind them', async () => {
    const survey = await csat()
    await tell(
      survey,
      Array.from({ length: 24 }, (_, place) =>
        Array.from({ length: place < 20 ? 2 : 1 }, () => ({ value: 4, place: `Place ${place}` })),
      ).flat(),
    )
    const of = { survey_id: survey.id, by: 'place' }
    const found = await segments('csat', of)
    expect(found.segments).toHaveLength(21)
    expect(found.segments.at(-1)).toMatchObject({ group: 'others', value: null, n: 4 })
    expect((await rows('csat', { ...of, group: 'others' })).items).toHaveLength(4)
  })

  test('of a confidential survey are not small enough to tell who answered', async () => {
    const survey = await csat({ anonymity: 'confidential' })
    const places = { Large: 8, Middle: 6, Small: 2, Single: 1 }
    await tell(
      survey,
      Object.entries(places).flatMap(([place, n]) => Array.from({ length: n }, () => ({ value: 4, place }))),
    )
    const of = { survey_id: survey.id, by: 'place' }
    const found = await segments('csat', of)
    expect(found.segments.map(one => [one.group, one.value, one.n])).toEqual([
      ['value', 'Large', 8],
      ['others', null, 9],
    ])
    expect((await rows('csat', { ...of, value: 'Single' })).withheld).toBe(true)
    // Large enough, but told beside Large it would tell the three that are left.
    expect((await rows('csat', { ...of, value: 'Middle' })).withheld).toBe(true)
    for (const place of ['Middle', 'Large']) {
      const part = { survey_id: survey.id, place }
      const withheld = place === 'Middle'
      expect([place, (await ask('csat', part)).withheld]).toEqual([place, withheld])
      expect([place, (await rows('csat', part)).withheld]).toEqual([place, withheld])
    }
    expect((await ask('csat', { survey_id: survey.id, place: 'Small' })).withheld).toBe(true)
    const open = await rows('csat', { ...of, value: 'Large' })
    expect(open.items.map(one => one.place)).toEqual(Array(8).fill(null))
    const few = await csat({ anonymity: 'confidential' })
    await tell(
      few,
      [1, 2, 3].map(at => ({ value: 4, place: `Place ${at}` })),
    )
    expect(await segments('csat', { survey_id: few.id, by: 'place' })).toMatchObject({
      withheld: true,
      segments: [],
    })
    const anonymous = await csat({ anonymity: 'anonymous' })
    const asked = await cast.app.ask(measureSegments, {
      key: cast.key,
      params: { measure: 'csat' },
      query: { survey_id: anonymous.id, by: 'person.country' },
    })
    expect(asked.body).toMatchObject({ code: 'survey_is_anonymous' })
  })

  test('numbers are cut by all records of a confidential survey, not by the values of those who answered', async () => {
    const sizes = [100, 4711, 10, 20, 1000, 8000, 90_000]
    const companies = await someCompanies(sizes.length)
    await cast.app.machine.workspaceTransaction(
      { workspace_id: cast.here.id, actor: { kind: 'system', id: 'test' } },
      async ctx => {
        for (const [index, employees] of sizes.entries())
          await ctx.db
            .updateTable('company')
            .set({ employees })
            .where('id', '=', companies[index] ?? '')
            .execute()
      },
    )
    const people = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        cast.makePerson(`Sized ${index}`, { company_id: companies[index % 2] ?? '' }),
      ),
    )
    const told = people.map(person_id => ({ value: 4, person_id }))
    const ranges = async (anonymity: Survey['anonymity']) => {
      const survey = await csat({ anonymity })
      await tell(survey, told)
      const found = await segments('csat', { survey_id: survey.id, by: 'company.employees' })
      for (const { filter, n } of anonymity === 'identified' ? found.segments : [])
        expect((await ask('csat', { survey_id: survey.id, filter: filter ?? '' })).n).toBe(n)
      return found.segments.flatMap(({ label }) => label?.number ?? [])
    }
    expect((await ranges('identified')).toSorted()).toEqual(['100..100', '100..4711'])
    expect((await ranges('confidential')).toSorted()).toEqual(['1000..8000', '20..1000'])
  })

  test('a confidential survey tells no change where a side of it is withheld, and segments of all its time', async () => {
    const survey = await csat({ anonymity: 'confidential' })
    const wave = (at: string, places: Record<string, number>) =>
      Object.entries(places).flatMap(([place, n]) =>
        Array.from({ length: n }, () => ({ value: 4, place, at })),
      )
    const [before, after] = ['2025-08-15T10:00:00Z', '2025-09-15T10:00:00Z']
    await tell(survey, [
      ...wave(before, { Here: 8, There: 2, Beyond: 9 }),
      ...wave(after, { Here: 9, There: 8, Beyond: 2 }),
    ])
    const range = { survey_id: survey.id, from: '2025-09-01T00:00:00Z', to: '2025-09-30T00:00:00Z' }
    expect((await ask('csat', range)).change).toMatchObject({ before: { n: 19 }, after: { n: 19 } })
    const hidden = await ask('csat', { ...range, place: 'Here' })
    expect([hidden.withheld, hidden.change]).toEqual([false, null])
    const found = await segments('csat', { ...range, by: 'place' })
    expect(found.segments.map(one => [one.value, one.n, one.change])).toEqual([
      ['Here', 17, null],
      ['Beyond', 11, null],
      ['There', 10, null],
    ])
    // There too few answered in August: its time is not cut there.
    expect(await ask('csat', { ...range, place: 'There' })).toMatchObject({ n: 10, change: null })
  })
})
