import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf, type Call, type Endpoint, type Reply } from '../src/core/endpoint.ts'
import { people } from '../src/customers/customers.contract.ts'
import { listInvitations, listSurveys } from '../src/feedback/surveys.contract.ts'
import { axeFindings, openBrowser, screens, type Visit, visit } from '../src/testing/browser.ts'
import { type Product, startProduct } from '../src/testing/product.ts'

// A question, asked and answered: from an empty list of surveys to the answer on the customer's timeline.

let product: Product
let browser: Browser
let owner: Visit
let cookie = ''
beforeAll(async () => {
  product = await startProduct()
  const token = product.notes.join(' ').split('#')[1]?.trim()
  const made = await fetch(`${product.url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: product.url, 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({
      token,
      workspace: { name: 'Fabrikam', country: 'DE', currency: 'EUR', time_zone: 'Europe/Berlin' },
      owner: {
        name: 'Ada Byron',
        email: 'ada@fabrikam.example',
        password: 'a quiet river under seven bridges',
      },
    }),
  })
  cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  browser = await openBrowser()
  owner = await visit(browser)
  owner.context.setDefaultTimeout(15_000)
  const [name = '', value = ''] = cookie.split('=')
  await owner.context.addCookies([{ name, value, url: product.url }])
}, 120_000)
afterAll(async () => {
  await browser.close()
  await product.close()
})

async function api<E extends Endpoint>(endpoint: E, input: Call<E>): Promise<Reply<E>> {
  const reply = await fetch(product.url + addressOf(endpoint, input), {
    method: endpoint.method,
    headers: {
      cookie,
      origin: product.url,
      'sec-fetch-site': 'same-origin',
      ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
  })
  return (await reply.json()) as Reply<E>
}

/** As it stands: in the dark on a phone, in the light on a desk, without a finding or a scroll bar below. */
async function look({ page, troubles }: Visit, name: string): Promise<void> {
  for (const [screen, colorScheme] of [
    ['phone', 'dark'],
    ['desk', 'light'],
  ] as const) {
    await page.setViewportSize(screens[screen])
    await page.emulateMedia({ colorScheme })
    expect([name, screen, await axeFindings(page)]).toEqual([name, screen, []])
  }
  expect(troubles).toEqual([])
}

describe('a question, asked and answered', { timeout: 90_000 }, () => {
  let personId = ''
  let link = ''

  test('a survey is made from the empty list, seen beforehand, and opened', async () => {
    const { page } = owner
    await page.goto(`${product.url}/surveys`)
    await page.getByRole('heading', { name: 'Ask your customers one question' }).waitFor()
    await look(owner, 'no surveys')
    await page.getByRole('link', { name: 'Make the first survey' }).click()
    await page.getByLabel('Name').fill('Customers, spring')
    await page.getByLabel('What is asked about').fill('Fabrikam Cloud')
    await page
      .locator('iframe')
      .last()
      .contentFrame()
      .getByRole('heading', { name: /recommend Fabrikam Cloud/ })
      .waitFor()
    await page.getByLabel('Where you are').getByRole('link', { name: 'Surveys' }).click()
    await page
      .getByRole('dialog', { name: 'Leave without saving?' })
      .getByRole('button', { name: 'Stay here' })
      .click()
    await look(owner, 'new survey')
    await page.getByRole('button', { name: 'Create survey' }).click()
    await page.getByRole('heading', { name: 'Customers, spring' }).waitFor()
    await page.getByRole('button', { name: 'Open survey' }).click()
    await page.getByRole('button', { name: 'Close survey' }).waitFor()
  })

  test('a person gets a link of their own', async () => {
    const { page } = owner
    const person = await api(people.create, { body: { name: 'Grace Hopper', email: 'grace@navy.example' } })
    personId = person.id
    await page.getByRole('tab', { name: 'Links' }).click()
    await page.getByRole('button', { name: 'Make personal links' }).click()
    await page.getByRole('dialog').getByLabel('People').first().fill('hopper')
    await page.getByRole('option', { name: /Grace Hopper/ }).click()
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Make 1 link' }).click()
    await page.getByRole('link', { name: 'Grace Hopper' }).waitFor()
    await look(owner, 'links')
    const surveys = await api(listSurveys, {})
    const id = surveys.items[0]?.id ?? ''
    link = (await api(listInvitations, { params: { id } })).items[0]?.link ?? ''
    expect(link).toContain('/s/i.1.')
  })

  test('the answer from a small phone without JavaScript stands on the open timeline at once', async () => {
    const { page } = owner
    await page.goto(`${product.url}/people/${personId}`)
    await page.getByRole('heading', { name: 'Grace Hopper' }).waitFor()
    const phone = await browser.newContext({
      viewport: { width: 320, height: 640 },
      javaScriptEnabled: false,
      locale: 'en-GB',
    })
    const answer = await phone.newPage()
    await answer.goto(`${link}?score=8`)
    expect(await answer.getByRole('radio', { name: '8' }).isChecked()).toBe(true)
    await answer.getByRole('radio', { name: '8' }).focus()
    await answer.keyboard.press('ArrowRight')
    await answer.getByRole('textbox').fill('Everything compiled in time')
    await answer.getByRole('button', { name: 'Send answer' }).click()
    await answer.getByRole('heading', { name: 'Thank you' }).waitFor()
    await page.getByText('Everything compiled in time').first().waitFor({ timeout: 5000 })
    expect(owner.troubles).toEqual([])
    await answer.goto(link)
    expect(await answer.getByRole('radio').count()).toBe(0)
    await phone.close()
  })

  test('the score says how sure it is and opens the answer behind it', async () => {
    const { page } = owner
    await page.goto(`${product.url}/measures`)
    // An axis of the chart says the same.
    await page.getByText('+100.0', { exact: true }).first().waitFor()
    await page.getByText('Indicative: fewer than thirty answers').waitFor()
    await look(owner, 'NPS')
    await page.getByRole('button', { name: /^Promoters/ }).click()
    await page.getByRole('heading', { name: 'The answers behind it: Promoters' }).waitFor()
    await page.getByText('Everything compiled in time').waitFor()
    await page.getByRole('button', { name: /^Detractors/ }).click()
    await page.getByRole('heading', { name: 'No answers match' }).waitFor()
  })

  test('the score narrows to a place by keyboard, says when nobody answered there, and widens again', async () => {
    const { page } = owner
    await page.goto(`${product.url}/measures`)
    await page.getByRole('combobox', { name: 'Place' }).fill('Gate 9')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'No answers about Gate 9' }).waitFor()
    expect(new URL(page.url()).searchParams.get('place')).toBe('Gate 9')
    await page.getByRole('button', { name: 'Show every place and touchpoint' }).click()
    await page.getByText('Indicative: fewer than thirty answers').waitFor()
    expect(await page.getByRole('combobox', { name: 'Place' }).inputValue()).toBe('')
  })

  test('each number of who answered opens its rows, by keyboard too', async () => {
    const { page } = owner
    await page.getByRole('button', { name: 'Answered: 1', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.locator('h2:focus', { hasText: 'Answered: 1' }).waitFor()
    await page.getByRole('grid', { name: 'Who was asked' }).getByText('Grace Hopper').waitFor()
    await look(owner, 'who answered')
    await page.getByRole('button', { name: /^Response rate: 100/ }).click()
    await page.getByRole('heading', { name: 'Response rate: 1 answered of 1 invited' }).waitFor()
    await page.getByRole('button', { name: 'Show all counted answers' }).click()
    await page.getByRole('heading', { name: 'The answers behind it', exact: true }).waitFor()
  })

  test("the numbers over a customer's page lead to their rows", async () => {
    const { page } = owner
    await page.goto(`${product.url}/people/${personId}`)
    const numbers = page.locator('dl').first()
    await numbers.getByRole('link', { name: '9 of 10' }).click()
    await page.getByText('Everything compiled in time').first().waitFor()
    expect(new URL(page.url()).search).toBe('?kind=answer')
    await numbers.getByRole('link', { name: '1', exact: true }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('?only=interactions')
    await page.getByText('Everything compiled in time').first().waitFor()
    await look(owner, 'numbers of a person')
  })
})
