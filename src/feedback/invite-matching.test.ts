import { afterAll, beforeAll, expect, test } from 'vitest'
import { people } from '../customers/customers.contract.ts'
import { hidden, npsQuestion, pathOf, type SurveyCast, startSurveyCast } from '../testing/surveys-cast.ts'
import { downloadInvitations, inviteMatching, invitePeople, type Survey } from './surveys.contract.ts'

let cast: SurveyCast
beforeAll(async () => {
  cast = await startSurveyCast()
})
afterAll(() => cast.close())

const make = async (name: string, more: Record<string, string | boolean>) =>
  (await cast.app.call(people.create, { key: cast.here.keys.admin, body: { name, ...more } })).id
const invite = (survey: Survey, filter: string, dry_run = false) =>
  cast.app.call(inviteMatching, {
    key: cast.key,
    params: { id: survey.id },
    body: { filter, days: 30, dry_run },
  })
const inviteByHand = async (survey: Survey, person_ids: string[]) =>
  (
    await cast.app.call(invitePeople, {
      key: cast.key,
      params: { id: survey.id },
      body: { person_ids, days: 30 },
    })
  ).outcomes
const file = async (survey: Survey, key = cast.key) => {
  const reply = await cast.app.app.inject({
    method: 'GET',
    url: `/api/surveys/${survey.id}/invitations/file`,
    headers: { authorization: `Bearer ${key}` },
  })
  return { status: reply.statusCode, lines: reply.body.split('\r\n').filter(line => line !== '') }
}

test('a filter invites those it may, says who is left out and why, and the links come as a file', async () => {
  expect(downloadInvitations.download).toContain('csv')
  const survey = await cast.makeSurvey()
  const at = { country: 'SE' }
  const ada = await make('=Ada, the first', { ...at, email: 'ada@example.com' })
  const bob = await make('Bob', { ...at, email: 'bob@example.com' })
  await make('Refuses', { ...at, email: 'refuses@example.com', do_not_contact: true })
  await make('Unreachable', { ...at, phone: '+46 8 1234567' })
  await make('Elsewhere', { country: 'NO', email: 'no@example.com' })
  const { outcomes } = await cast.app.call(invitePeople, {
    key: cast.key,
    params: { id: survey.id },
    body: { person_ids: [ada, bob], days: 30 },
  })
  const path = pathOf(outcomes[1]?.link)
  const page = await cast.visit(path)
  await cast.post(path, { ...hidden(page.body), [npsQuestion(survey)]: '9' })
  await make('Eve', { ...at, email: 'eve@example.com' })
  const told = {
    matched: 5,
    created: 1,
    unchanged: 1,
    left_out: [
      { reason: 'do_not_contact', count: 1 },
      { reason: 'no_address', count: 1 },
      { reason: 'answered', count: 1 },
    ],
  }
  expect(await invite(survey, 'country = "SE"', true)).toEqual({ dry_run: true, ...told })
  expect(await invite(survey, 'country = "SE"')).toEqual({ dry_run: false, ...told })
  expect(await invite(survey, 'country = "SE"')).toMatchObject({ created: 0, unchanged: 2 })
  const { lines } = await file(survey)
  expect(lines).toHaveLength(3)
  expect(lines[1]).toMatch(/^"'=Ada, the first",ada@example.com,,http.*\/s\//)
  expect(lines[2]).toContain('eve@example.com')
})

test('of a confidential survey nothing tells who has answered, as long as the link is good and after', async () => {
  const survey = await cast.makeSurvey({ anonymity: 'confidential' })
  const [answers, silent] = [
    await make('Quiet', { country: 'FI', email: 'quiet@example.com' }),
    await make('Silent', { country: 'IS', email: 'silent@example.com' }),
  ]
  const path = await cast.inviteOne(survey, answers)
  await cast.inviteOne(survey, silent)
  const page = await cast.visit(path)
  await cast.post(path, { ...hidden(page.body), [npsQuestion(survey)]: '9' })
  const told = async (id: string, country: string) => {
    const [one, ...more] = await inviteByHand(survey, [id])
    return [one?.status, more, await invite(survey, `country = "${country}"`, true)]
  }
  expect(await told(answers, 'FI')).toEqual(await told(silent, 'IS'))
  expect((await file(survey)).lines).toHaveLength(3)
  cast.app.clock.advance(100 * 86_400_000)
  expect(await invite(survey, 'country = "FI"', true)).toMatchObject({ created: 1 })
  expect(await told(answers, 'FI')).toEqual(await told(silent, 'IS'))
})

test('by hand nobody is invited who refuses, who is gone, or twice', async () => {
  const survey = await cast.makeSurvey()
  const ada = await make('Ada', { country: 'PT', email: 'ada.pt@example.com' })
  const refuses = await make('Refuses', { country: 'PT', do_not_contact: true })
  const gone = await make('Gone', { country: 'PT' })
  await cast.app.call(people.remove, { key: cast.here.keys.admin, params: { id: gone } })
  const outcomes = await inviteByHand(survey, [ada, refuses, gone, ada])
  expect(outcomes.map(one => one.code ?? one.status)).toEqual([
    'created',
    'do_not_contact',
    'not_found',
    'created',
  ])
  const eve = await make('Eve', { country: 'PT', email: 'eve.pt@example.com' })
  const atOnce = await Promise.all(Array.from({ length: 4 }, () => inviteByHand(survey, [eve])))
  expect(new Set(atOnce.map(([one]) => one?.id)).size).toBe(1)
})

test('drafts, anonymous surveys and filters that mean nothing are refused, and viewers get no file', async () => {
  const anonymous = await cast.makeSurvey({ anonymity: 'anonymous' })
  const ask = (survey: Survey, filter: string) =>
    cast.app.ask(inviteMatching, { key: cast.key, params: { id: survey.id }, body: { filter } })
  expect(await ask(anonymous, '')).toMatchObject({ status: 409, body: { code: 'survey_is_anonymous' } })
  const survey = await cast.makeSurvey()
  expect(await ask(survey, 'shoe_size > 3')).toMatchObject({ status: 400, body: { code: 'invalid_filter' } })
  expect((await file(survey, cast.here.keys.viewer)).status).toBe(403)
})
