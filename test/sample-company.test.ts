import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf, type Call, type Endpoint, type Reply } from '../src/core/endpoint.ts'
import { companies, people } from '../src/customers/customers.contract.ts'
import { mergePeople, unmergePeople } from '../src/customers/merge.contract.ts'
import { dayOf, instantOf } from '../src/data/sample/generate/calendar.ts'
import { generateSample } from '../src/data/sample/generate/company.ts'
import { troubledRegion } from '../src/data/sample/generate/names.ts'
import * as sample from '../src/data/sample/sample.contract.ts'
import { measure } from '../src/feedback/measure.contract.ts'
import { createResponse } from '../src/feedback/responses.contract.ts'
import { getSurvey } from '../src/feedback/surveys.contract.ts'
import { axeFindings, openBrowser, screens, type Visit, visit } from '../src/testing/browser.ts'
import { type Product, startProduct } from '../src/testing/product.ts'
import { look } from '../src/testing/signed-in.ts'
import { recordInteractions } from '../src/timeline/timeline.contract.ts'

// A newcomer chooses the sample company while setting up, discovers its stories from the home page, and takes it away again.

let product: Product
let browser: Browser
let owner: Visit
let page: Page
let stories: sample.SampleStories
let empty: Record<string, number>
beforeAll(async () => {
  product = await startProduct()
  empty = await rowsOfEveryTable()
  browser = await openBrowser()
  owner = await visit(browser)
  owner.context.setDefaultTimeout(20_000)
  page = owner.page
}, 120_000)
afterAll(async () => {
  await browser.close()
  await product.close()
})

/** As the person in the browser sees it. */
async function api<E extends Endpoint>(endpoint: E, input: Call<E> = {}): Promise<Reply<E>> {
  const reply = await owner.context.request.fetch(product.url + addressOf(endpoint, input), {
    method: endpoint.method,
    headers: { origin: product.url, 'sec-fetch-site': 'same-origin' },
    ...(input.body === undefined ? {} : { data: input.body }),
  })
  const body = (await reply.json()) as Reply<E>
  if (!reply.ok()) throw new Error(JSON.stringify(body))
  return body
}

const query = async <Row extends object>(text: string): Promise<Row[]> =>
  (await product.machine.postgres.systemPool.query<Row>(text)).rows

async function rowsOfEveryTable(): Promise<Record<string, number>> {
  const tables = await query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'rapport'::regnamespace and relkind in ('r', 'p')
       and not relispartition order by 1`,
  )
  const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as n from rapport.${name}`)
  const rows = await query<{ name: string; n: number }>(counts.join(' union all '))
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]))
}

const signed = (score: number | null | undefined) =>
  (score ?? 0)
    .toLocaleString('en-GB', {
      signDisplay: 'exceptZero',
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    })
    .replace('-', '−')

const storyLink = (name: string | RegExp) =>
  page.getByRole('region', { name: 'Stories in this sample' }).getByRole('link', { name })
/** From the home page by one press. */
async function follow(link: string | RegExp): Promise<void> {
  await page.goto(product.url)
  await storyLink(link).click()
}
const says = (words: string | RegExp) => page.getByText(words).first().waitFor()
/** A timeline holds what is in sight; how much came after depends on the day on which the sample was made. */
const readsDownTo = (words: string) =>
  expect
    .poll(async () => {
      await page.mouse.wheel(0, 300)
      return page.getByText(words).count()
    })
    .toBeGreaterThan(0)

async function isSound(name: string): Promise<void> {
  for (const [screen, colorScheme] of [
    ['phone', 'dark'],
    ['desk', 'light'],
  ] as const) {
    await page.setViewportSize(screens[screen])
    await page.emulateMedia({ colorScheme })
    await look(page, `${name}-${screen}`)
    expect([name, screen, await axeFindings(page)]).toEqual([name, screen, []])
    const beside = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect([name, screen, beside]).toEqual([name, screen, 0])
  }
  expect(owner.troubles).toEqual([])
}

describe('the sample company', { timeout: 150_000 }, () => {
  test('is chosen on the set-up page, and loading it can be stopped and gone on with', async () => {
    await page.goto(/https?:\S+/.exec(product.notes.join(' '))?.[0] ?? '')
    await page.getByLabel('Your name').fill('Ada Byron')
    await page.getByLabel('E-mail').fill('ada@fabrikam.example')
    await page.locator('input[type=password]').fill('a quiet river under seven bridges')
    await page.getByLabel('Name of the workspace').fill('Fabrikam')
    await page.getByRole('radio', { name: 'The sample company' }).check()
    await page.getByRole('button', { name: 'Make the workspace' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('heading', { name: 'Stories in this sample' }).waitFor({ timeout: 90_000 })
    await says('A call within two days brings customers back')
    stories = await api(sample.getSampleStories)
    await isSound('sample-home')
  })

  test('has lost nothing and doubled nothing by the interruption', async () => {
    const rows = await rowsOfEveryTable()
    expect([rows['person'], rows['company'], rows['interaction'], rows['response']]).toEqual([
      2000, 300, 60_000, 4000,
    ])
  })

  test('says of the incident, by the measure of the product, what was planted', async () => {
    const { today } = await api(sample.getSample)
    const made = generateSample({ seed: 'larkholt', today: today ?? '' })
    const there = new Set(made.people.filter(one => one.region === troubledRegion).map(({ key }) => key))
    const { survey_id = '', filter = '', from = '' } = stories.incident ?? {}
    for (const fortnight of [-1, 0, 1, 2]) {
      const [first, end] = [0, 14].map(days => instantOf(dayOf(from) + 14 * fortnight + days)) as [
        number,
        number,
      ]
      const scores = made.invitations.flatMap(({ survey, person, answer }) =>
        survey === 'delivery' && there.has(person) && answer && answer.at >= first && answer.at < end
          ? answer.score
          : [],
      )
      const promoters = scores.filter(score => score >= 9).length
      const detractors = scores.filter(score => score <= 6).length
      const range = { from: new Date(first).toISOString(), to: new Date(end).toISOString() }
      const measured = await api(measure, {
        params: { measure: 'nps' },
        query: { survey_id, filter, ...range },
      })
      expect([fortnight, measured.n]).toEqual([fortnight, scores.length])
      expect(measured.score).toBeCloseTo((100 * (promoters - detractors)) / scores.length, 6)
    }
    const { before, during, in_week, after } = stories.incident ?? {}
    expect(during?.score).toBeLessThan((before?.score ?? 0) - 30)
    expect(in_week?.score).toBeLessThan(-30)
    expect(after?.score).toBeGreaterThan(15)
  })

  test('renewals: one press leads to as many companies as the story says, worth as much', async () => {
    const { companies: count = 0, people: unhappy = 0, amount_minor = 0 } = stories.renewals ?? {}
    await page.goto(product.url)
    await says(`Detractors hold £${Math.round(amount_minor / 100).toLocaleString('en-GB')} in renewals`)
    await storyLink(`${count} companies, by value`).click()
    await says(`${count} companies`)
    await page.getByRole('row').nth(count).waitFor()
    const cells = await page.getByRole('row').allInnerTexts()
    const worth = cells.map(text => Number(/£([\d,]+\.\d\d)/.exec(text)?.[1]?.replaceAll(',', '') ?? 0))
    expect(Math.round(100 * worth.reduce((sum, one) => sum + one, 0))).toBe(amount_minor)
    await follow(`${unhappy} detractors and their words`)
    const pressed = { name: new RegExp(`^Detractors 0–6 ${unhappy} · `), pressed: true }
    await page.getByRole('button', pressed).waitFor()
  })

  test('incident: one press leads to the week in the trend', async () => {
    const { in_week } = stories.incident ?? {}
    await follow(/^The worst week/)
    await page.getByRole('button', { name: 'Show as table' }).last().click()
    await page
      .getByRole('row')
      .filter({ hasText: signed(in_week?.score).replace('.0', '') })
      .first()
      .waitFor()
  })

  test('set-up: one press leads to the score, another to the way of somebody who was stuck', async () => {
    const { with_support, person } = stories.set_up ?? {}
    await follow(`${signed(with_support?.score)} of ${with_support?.n} answers`)
    await says(signed(with_support?.score))
    await follow(`The way of ${person?.name}`)
    await page.getByRole('heading', { name: person?.name ?? '' }).waitFor()
    await readsDownTo('Machine does not connect')
    await readsDownTo('Set-up: connect to Wi-Fi')
  })

  test('call-backs: one press leads to those who came back, another to those nobody called', async () => {
    const { called, silent } = stories.call_backs ?? {}
    expect((called?.bought ?? 0) / (called?.people ?? 1)).toBeGreaterThan(0.5)
    expect(silent?.bought).toBeLessThan(0.05 * (silent?.people ?? 0))
    await follow(/came back$/)
    await says(`${called?.bought} people`)
    await follow(/nobody called$/)
    await says(`${silent?.people} people`)
    expect(owner.troubles).toEqual([])
  })

  test('is not removed while one of its customers is merged with one of ours', async () => {
    const ours = await api(people.create, { body: { name: 'Nadia Quillmere' } })
    const { items } = await api(people.list, { query: { filter: 'external_id = "LC-10001"' } })
    const both = { params: { id: items[0]?.id ?? '' }, body: { other_id: ours.id } }
    await api(mergePeople, both)
    expect((await api(sample.previewSampleRemoval)).blocked).toBe(true)
    await expect(api(sample.removeSample)).rejects.toThrow('sample_merged')
    await api(unmergePeople, both)
    expect((await api(sample.previewSampleRemoval)).blocked).toBe(false)
  })

  test('says what was added to it, and is removed without a trace', async () => {
    await addToIt()
    await page.goto(product.url)
    await page.getByRole('button', { name: 'Remove the sample' }).click()
    const dialog = page.getByRole('dialog')
    for (const words of [
      '1 of its records was changed and goes with it.',
      '1 interaction was recorded with its customers and goes with them.',
      '1 answer, of its people to another survey or of others to its surveys, goes with it.',
      '1 person of yours is at one of its companies and stays, without a company.',
    ])
      await dialog.getByText(words).waitFor()
    await isSound('sample-remove')
    await dialog.getByRole('button', { name: 'Remove the sample' }).click()
    await page.getByRole('heading', { name: 'Stories in this sample' }).waitFor({ state: 'detached' })
    await expect
      .poll(async () => (await api(sample.getSample)).status, { timeout: 60_000, interval: 300 })
      .toBe('none')
    // the two of ours, and what one of them was known by when she answered
    expect(await whatIsLeft()).toEqual({ person: 2, identifier: 1, identifier_person: 1 })
    const changes = await query(
      `select 1 from rapport.change where record_id not in (select id from rapport.person)`,
    )
    expect(changes).toEqual([])
    const inTheCopy = async () =>
      Promise.all(
        ['interaction', 'ownership'].map(async table => {
          const [row] = await product.machine.clickhouse.query<{ n: number }>({
            sql: `select count() as n from ${table}`,
          })
          return Number(row?.n)
        }),
      )
    await expect.poll(inTheCopy, { timeout: 30_000, interval: 300 }).toEqual([0, 1])
  })

  /** What a curious newcomer does: an edit, a note, a person of their own at one of its companies, an answer to its survey. */
  async function addToIt(): Promise<void> {
    const { items: theirs } = await api(people.list, { query: { filter: 'external_id = "LC-10002"' } })
    const person_id = theirs[0]?.id ?? ''
    await api(people.update, { params: { id: person_id }, body: { job_title: 'Coffee lover' } })
    await api(recordInteractions, { body: { person_id, kind: 'note', text: 'Met at the fair.' } })
    const { items: firms } = await api(companies.list, { query: { limit: 1 } })
    const body = { name: 'Selma Underhazel', company_id: firms[0]?.id ?? null }
    const mine = await api(people.create, { body })
    const survey = await api(getSurvey, { params: { id: stories.set_up?.survey_id ?? '' } })
    const answers = [{ question_id: survey.questions[0]?.id ?? '', value: 9 }]
    await api(createResponse, {
      params: { id: survey.id },
      body: { submission_id: crypto.randomUUID(), person_id: mine.id, answers },
    })
  }

  /** Tables with more rows than before, but for those that say who signed in and what the machine is doing. */
  async function whatIsLeft(): Promise<Record<string, number>> {
    const machinery =
      /^(account|known_browser|workspace|member|session|setup_token|sign_in_attempt|request_limit|idempotency|mail|worker_heartbeat|fold_cursor|interaction_erasure|change)$/
    const left = await rowsOfEveryTable()
    return Object.fromEntries(
      Object.entries(left).filter(([name, n]) => !machinery.test(name) && n !== empty[name]),
    )
  }
})
