import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../core/id.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { createImportedSurvey, importAnswers } from './imported.ts'
import { measure, measureSegments } from './measure.contract.ts'
import type { Measure } from './measures.contract.ts'
import { createResponses, measureResponses } from './responses.contract.ts'
import { createSurvey, openSurvey } from './surveys.contract.ts'

const file = join(import.meta.dirname, '../../../shared/data/sfo_survey/2017_SFO_Customer_Survey.csv')

describe.runIf(existsSync(file))('the airport survey of 2017 (needs ../shared/data)', () => {
  let app: TestApp
  let here: TestWorkspace
  beforeAll(async () => {
    app = await startTestApp()
    here = await makeWorkspace(app)
  })
  afterAll(() => app.close())

  test('has an NPS of 39.84 from 2,746 answers, with every answer behind it', async () => {
    const key = here.keys.admin
    const rows = parse<Record<string, string>>(readFileSync(file), { columns: true, bom: true })
    expect(rows).toHaveLength(2831)
    const made = await app.call(createSurvey, {
      key,
      body: { template: 'nps', name: 'Passengers 2017', subject: 'SFO', kind: 'transactional' },
    })
    const survey = await app.call(openSurvey, { key, params: { id: made.id } })
    const question_id = survey.questions[0]?.id ?? ''
    // 11 and blank are no answers: the question was skipped.
    const items = rows
      .filter(row => row.NETPRO !== '11' && row.NETPRO !== '')
      .map(row => ({
        submission_id: newId(),
        submitted_at: `2017-05-${row.INTDATE?.padStart(2, '0')}T19:00:00Z`,
        answers: [{ question_id, value: Number(row.NETPRO) }],
      }))
    for (let start = 0; start < items.length; start += 1000) {
      const { outcomes } = await app.call(createResponses, {
        key,
        params: { id: survey.id },
        body: { items: items.slice(start, start + 1000) },
      })
      expect(outcomes.every(outcome => outcome.status === 'created')).toBe(true)
    }
    const measured = await app.call(measure, {
      key,
      params: { measure: 'nps' },
      query: { survey_id: survey.id },
    })
    expect(measured).toMatchObject({ n: 2746, promoters: 1436, passives: 968, detractors: 342 })
    expect(measured.score).toBeCloseTo(39.84, 2)
    expect(measured.distribution).toEqual([17, 6, 8, 19, 18, 144, 130, 291, 677, 564, 872])
    expect(measured.low).toBeCloseTo(37.2, 1)
    expect(measured.high).toBeCloseTo(42.4, 1)
    expect(measured.trend.map(point => point.n)).toEqual([2746])
    let behind = 0
    let after: string | null = null
    do {
      const page: { items: unknown[]; next: string | null } = await app.call(measureResponses, {
        params: { measure: 'nps' },
        key,
        query: { survey_id: survey.id, band: 'detractors', limit: 200, ...(after ? { after } : {}) },
      })
      behind += page.items.length
      after = page.next
    } while (after)
    expect(behind).toBe(342)
  })

  test('weighs 40.40 where its weights count, and 82.07 % are satisfied overall', async () => {
    const key = here.keys.admin
    const rows = parse<Record<string, string>>(readFileSync(file), { columns: true, bom: true })
    const touchpoints = { Q7FOOD: 'Food', Q7WIFI: 'Wi-Fi' }
    const inside = { workspace_id: here.id, actor: { kind: 'import', id: 'test' } } as const
    const { id: survey_id, question_ids } = await app.machine.workspaceTransaction(inside, ctx =>
      createImportedSurvey(ctx, {
        name: 'Passengers 2017, imported',
        kind: 'transactional',
        questions: [
          { measure: 'nps', label: 'Recommend' },
          { measure: 'csat', label: 'SFO overall' },
          ...Object.values(touchpoints).map(touchpoint => ({
            measure: 'csat' as const,
            label: touchpoint,
            touchpoint,
          })),
        ],
      }),
    )
    const columns = ['NETPRO', 'Q7ALL', ...Object.keys(touchpoints)]
    // 11 of NETPRO, 0 and 6 of the ratings are no answers.
    const answers = (row: Record<string, string>) =>
      columns.flatMap((column, index) => {
        const value = Number(row[column] || 'NaN')
        const isAnswer = column === 'NETPRO' ? value <= 10 : value >= 1 && value <= 5
        return isAnswer ? [{ question_id: question_ids[index] ?? '', value }] : []
      })
    const items = rows
      .map(row => ({
        message_id: `sfo:2017:${row.RESPNUM}`,
        submitted_at: `2017-05-${row.INTDATE?.padStart(2, '0')}T19:00:00Z`,
        weight: Number(row.WEIGHT),
        place: row.BAREA ?? '',
        answers: answers(row),
      }))
      .filter(item => item.answers.length > 0)
    for (let start = 0; start < items.length; start += 1000) {
      const outcomes = await app.machine.workspaceTransaction(inside, ctx =>
        importAnswers(ctx, { survey_id, items: items.slice(start, start + 1000) }),
      )
      expect(outcomes.every(outcome => outcome.status === 'created')).toBe(true)
    }
    const of = (name: Measure, weights: 'on' | 'off') =>
      app.call(measure, { key, params: { measure: name }, query: { survey_id, weights } })
    const plain = await of('nps', 'off')
    expect(plain).toMatchObject({ n: 2746, weighted: false, has_weights: true })
    expect(plain.score).toBeCloseTo(39.84, 2)
    const weighted = await of('nps', 'on')
    expect(weighted).toMatchObject({ n: 2746, weighted: true })
    expect(weighted.score).toBeCloseTo(40.4, 2)
    expect(weighted.effective_n).toBeCloseTo(2266.5, 1)
    expect(await of('csat', 'off')).toMatchObject({ n: 2688, score: expect.closeTo(82.07, 2) })
    const by = (name: string) =>
      app.call(measureSegments, { key, params: { measure: 'csat' }, query: { survey_id, by: name } })
    expect((await by('touchpoint')).segments.map(one => [one.value, one.n])).toEqual([
      [null, 2688],
      ['Food', 2421],
      ['Wi-Fi', 2142],
    ])
    expect((await by('place')).segments.map(one => one.value)).toEqual(['A', 'G', 'F', 'D', 'C', 'E', 'B'])
  })
})
