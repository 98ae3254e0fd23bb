import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../core/id.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { npsMeasure } from './nps.contract.ts'
import { createResponses, npsResponses } from './responses.contract.ts'
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
    const measured = await app.call(npsMeasure, { key, query: { survey_id: survey.id } })
    expect(measured).toMatchObject({ n: 2746, promoters: 1436, passives: 968, detractors: 342 })
    expect(measured.score).toBeCloseTo(39.84, 2)
    expect(measured.distribution).toEqual([17, 6, 8, 19, 18, 144, 130, 291, 677, 564, 872])
    expect(measured.low).toBeCloseTo(37.2, 1)
    expect(measured.high).toBeCloseTo(42.4, 1)
    expect(measured.trend.map(point => point.n)).toEqual([2746])
    let behind = 0
    let after: string | null = null
    do {
      const page: { items: unknown[]; next: string | null } = await app.call(npsResponses, {
        key,
        query: { survey_id: survey.id, band: 'detractors', limit: 200, ...(after ? { after } : {}) },
      })
      behind += page.items.length
      after = page.next
    } while (after)
    expect(behind).toBe(342)
  })
})
