import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { people } from '../src/customers/customers.contract.ts'
import { axeFindings, openBrowser, type Visit, visit } from '../src/testing/browser.ts'
import { type Product, startProduct } from '../src/testing/product.ts'
import { makeWorkspace, type TestWorkspace } from '../src/testing/workspace.ts'
import { type NewInteractionItem, recordInteractions } from '../src/timeline/timeline.contract.ts'

// A customer with twenty thousand interactions, in a real browser.

let product: Product
let home: TestWorkspace
let browser: Browser
let now: Visit
let page: Page
let personId: string

const many = 20_000
const newest = Date.parse('2026-06-01T12:00:00Z')
const hour = 3_600_000

/** Newest first: eight hours apart, every tenth one twelve page views within minutes. */
function interaction(index: number): Partial<NewInteractionItem> {
  const heap = Math.floor(index / 21)
  const place = index % 21
  const base = newest - heap * 72 * hour
  if (place < 12 && index < many - 1)
    return {
      occurred_at: new Date(base - place * 60_000).toISOString(),
      channel: 'web',
      kind: 'page_view',
      name: 'Prices',
    }
  return {
    occurred_at: new Date(base - Math.max(1, place - 10) * 4 * hour).toISOString(),
    channel: 'phone',
    kind: 'call',
    name: index === many - 1 ? 'The very first call' : `Call ${index}`,
    feeling: ((index % 5) - 2) / 2,
  }
}

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
  home = await makeWorkspace(product)
  const key = home.keys.admin
  const person = await product.call(people.create, {
    key,
    body: { name: 'Ada Long', email: 'ada@example.com' },
  })
  personId = person.id
  for (let from = 0; from < many; from += 1000) {
    const items = Array.from({ length: 1000 }, (_, at) => ({
      ...interaction(from + at),
      person_id: personId,
    }))
    await product.call(recordInteractions, { key, body: { items } })
  }
  now = await visit(browser)
  page = now.page
  const { cookie = '' } = await home.browser('owner')
  const name = `rapport_session_${new URL(product.url).port}`
  await now.context.addCookies([{ name, value: cookie.slice(cookie.indexOf('=') + 1), url: product.url }])
  await page.goto(`${product.url}/people/${personId}`)
  await feed().waitFor()
}, 240_000)
afterAll(async () => {
  expect(now.troubles).toEqual([])
  await browser?.close()
  await product?.close()
})

const feed = () => page.getByRole('region', { name: 'Timeline' })
const articles = () => feed().getByRole('article')
const elements = () => feed().evaluate(node => node.querySelectorAll('*').length)
const scroll = (share: number) =>
  page.locator('#main').evaluate((main, part) => {
    main.scrollTop = main.scrollHeight * part
  }, share)
const patient = { timeout: 20_000 }

test('twelve page views in a few minutes are one line, which opens', { timeout: 60_000 }, async () => {
  const burst = articles().filter({ hasText: '12 page views' }).first()
  await burst.getByRole('button', { name: '12 page views' }).click()
  await expect.poll(() => burst.getByRole('listitem').count()).toBe(12)
  await burst.getByRole('button', { name: '12 page views' }).click()
  expect(await axeFindings(page)).toEqual([])
})

test('the keyboard goes from entry to entry, past what is drawn', { timeout: 60_000 }, async () => {
  await articles().nth(1).focus()
  const at = async () => Number(await page.locator(':focus').getAttribute('aria-posinset'))
  const start = await at()
  for (let step = 1; step <= 30; step++) {
    await page.keyboard.press('ArrowDown')
    await expect.poll(at, patient).toBe(start + step)
  }
  await page.keyboard.press('ArrowUp')
  await expect.poll(at, patient).toBe(start + 29)
})

test('what happens while one reads further down appears above and moves nothing', {
  timeout: 120_000,
}, async () => {
  for (let screen = 0; screen < 8; screen++) {
    await scroll(0.8)
    await page.waitForTimeout(150)
  }
  await page.waitForTimeout(800)
  const shown = { text: '', top: 0 }
  for (const article of await articles().all()) {
    const box = await article.boundingBox()
    if (shown.text || !box || box.y < 400) continue
    shown.text = (await article.innerText()).split('\n')[0] ?? ''
    shown.top = box.y
  }
  expect(shown.text).not.toBe('')
  const again = page.waitForResponse(reply => reply.url().includes('/timeline'), patient)
  await product.call(recordInteractions, {
    key: home.keys.admin,
    body: { person_id: personId, channel: 'phone', kind: 'call', name: 'A call just now' },
  })
  await again
  await page.waitForTimeout(600)
  const top = await articles()
    .filter({ hasText: shown.text })
    .first()
    .evaluate(node => node.getBoundingClientRect().top)
  expect(Math.abs(top - shown.top)).toBeLessThan(4)
  await scroll(0)
  await articles().filter({ hasText: 'A call just now' }).waitFor(patient)
})

test('the bottom of twenty thousand is reached, and the page stays small all the way', {
  timeout: 180_000,
}, async () => {
  let most = 0
  await expect
    .poll(
      async () => {
        await scroll(1)
        most = Math.max(most, await elements())
        return articles().filter({ hasText: 'The very first call' }).count()
      },
      { timeout: 150_000, interval: 20 },
    )
    .toBe(1)
  expect(most).toBeLessThan(1500)
  expect(await articles().count()).toBeLessThan(80)
  await scroll(0)
  await articles().filter({ hasText: 'A call just now' }).waitFor(patient)
})

test('what happened long ago and is told only now appears where it happened, without asking for everything again', {
  timeout: 120_000,
}, async () => {
  await scroll(0)
  const size = async () => Number(await articles().first().getAttribute('aria-setsize'))
  const before = await size()
  expect(before).toBeGreaterThan(5000)
  let asked = 0
  page.on('request', request => {
    if (request.url().includes('/timeline?')) asked++
  })
  const long_ago = new Date(newest - 40 * 72 * hour - 50 * hour).toISOString()
  await product.call(recordInteractions, {
    key: home.keys.admin,
    body: {
      person_id: personId,
      channel: 'phone',
      kind: 'call',
      name: 'A call found later',
      occurred_at: long_ago,
    },
  })
  await expect.poll(size, patient).toBe(before + 1)
  expect(asked).toBeLessThan(5)
  let share = 0.03
  await expect
    .poll(
      async () => {
        await scroll((share += 0.001))
        return articles().filter({ hasText: 'A call found later' }).count()
      },
      { timeout: 60_000, interval: 60 },
    )
    .toBe(1)
})
