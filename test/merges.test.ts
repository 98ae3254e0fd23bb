import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { companies, people } from '../src/customers/customers.contract.ts'
import { identifyPeople } from '../src/customers/index.ts'
import { axeFindings, openBrowser, type Visit } from '../src/testing/browser.ts'
import { type Product, startProduct } from '../src/testing/product.ts'
import { type Looks, look, signedIn } from '../src/testing/signed-in.ts'
import { makeWorkspace, type TestWorkspace } from '../src/testing/workspace.ts'

// Two that are one, in a real browser: seen first, merged, and taken apart again, each dialog in another look.

let product: Product
let home: TestWorkspace
let browser: Browser
let now: Visit

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
  home = await makeWorkspace(product)
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await product?.close()
})
afterEach(async () => {
  const { troubles } = now
  await now.context.close()
  expect(troubles).toEqual([])
})

async function open(path: string, looks: Looks): Promise<Page> {
  now = await signedIn(browser, { product, home, looks })
  await now.page.goto(product.url + path)
  await now.page.locator('h1').waitFor()
  return now.page
}

/** As it stands: nothing wider than the screen, nothing that a screen reader stumbles over. */
async function judge(page: Page, name: string): Promise<void> {
  await look(page, name)
  expect(await axeFindings(page)).toEqual([])
  const wide = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  expect(wide).toBe(0)
}

const make = async (each: typeof people | typeof companies, body: Record<string, string>) =>
  (await product.call(each.create, { key: home.keys.admin, body })).id

test('two companies are compared, merged with their people, and taken apart again', {
  timeout: 90_000,
}, async () => {
  const acme = await make(companies, { name: 'Acme', city: 'Hamburg', industry: 'Retail' })
  const twin = await make(companies, { name: 'ACME GmbH', city: 'Hamburg', domain: 'acme.example' })
  await make(people, { name: 'Vera Lind', company_id: acme })
  await make(people, { name: 'Nils Dahl', company_id: twin })
  const page = await open(`/companies/${acme}`, { screen: 'phone', scheme: 'dark' })
  await page.getByRole('button', { name: 'Merge…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('The other company').fill('gmbh')
  await page.getByRole('option', { name: 'ACME GmbH' }).click()
  await dialog.getByText('1 person of ACME GmbH comes along.').waitFor()
  await dialog.getByRole('radio', { name: 'Name of ACME GmbH stays' }).check()
  await judge(page, 'merge-companies-phone-dark')
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click()
  await page.getByRole('heading', { name: 'ACME GmbH', level: 1 }).waitFor()
  await page.getByRole('tab', { name: 'Relations' }).click()
  await page.getByText('Nils Dahl').waitFor()
  await page.getByText('Vera Lind').waitFor()
  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByText('Another one was merged into ACME GmbH').waitFor()
  await page.getByRole('button', { name: 'Un-merge…' }).click()
  await dialog.getByText('1 person goes back with it.').waitFor()
  await judge(page, 'unmerge-companies-phone-dark')
  await dialog.getByRole('button', { name: 'Un-merge', exact: true }).click()
  await page.getByRole('heading', { name: 'Acme', exact: true, level: 1 }).waitFor()
  await page.getByRole('tab', { name: 'Relations' }).click()
  await page.getByText('Vera Lind').waitFor()
  await expect.poll(() => page.getByText('Nils Dahl').count()).toBe(0)
})

test('a pair from the review list is merged, and un-merged on the person’s page', {
  timeout: 90_000,
}, async () => {
  await product.machine.workspaceTransaction(
    { workspace_id: home.id, actor: { kind: 'write_key', id: 'shop' } },
    async ctx => {
      const see = (user: string, traits: Record<string, string>) => ({
        identifiers: [{ type: 'user_id', value: user }],
        traits,
        at: ctx.now,
        rule: 'identify',
      })
      await identifyPeople(ctx, [see('ada', { name: 'Ada Moreau', city: 'Lyon' })])
      await identifyPeople(ctx, [see('a.m', { name: 'A. Moreau', email: 'ada@example.com' })])
      await identifyPeople(ctx, [see('ada', { email: 'ada@example.com' })])
    },
  )
  const page = await open('/reviews', { screen: 'desk', scheme: 'light' })
  const pair = page.getByRole('region', { name: /Moreau/ })
  await pair.getByText('ada@example.com').first().waitFor()
  await judge(page, 'reviews-desk-light')
  await pair.getByRole('button', { name: 'Merge…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: /^Name of Ada Moreau stays$/ }).check()
  await judge(page, 'merge-people-desk-light')
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click()
  await page.getByText('Nothing to decide').waitFor()
  await page.goto(`${product.url}/people?q=moreau`)
  await page.getByRole('row', { name: /Ada Moreau/ }).waitFor()
  await expect.poll(() => page.locator('[role=row][data-index]').count()).toBe(1)
  const { items } = await product.call(people.list, { key: home.keys.admin, query: { search: 'moreau' } })
  await page.goto(`${product.url}/people/${items[0]?.id ?? ''}`)
  await page.getByRole('button', { name: 'Un-merge…' }).click()
  await dialog.getByText('The other person has again').waitFor()
  await judge(page, 'unmerge-people-desk-light')
  await dialog.getByRole('button', { name: 'Un-merge', exact: true }).click()
  await page.getByText('Two people again').waitFor()
  const apart = await product.call(people.list, { key: home.keys.admin, query: { search: 'moreau' } })
  expect(new Set(apart.items.map(item => item.name))).toEqual(new Set(['A. Moreau', 'Ada Moreau']))
})

test('a buyer is added with the keyboard, seen from both ends, and ended when somebody leaves', {
  timeout: 90_000,
}, async () => {
  const acme = await make(companies, { name: 'Acme Roasters' })
  const vera = await make(people, { name: 'Vera Sund', company_id: acme, job_title: 'Clerk' })
  const other = await make(companies, { name: 'Bean Traders' })
  const page = await open(`/people/${vera}`, { screen: 'desk', scheme: 'light' })
  const relations = page.getByRole('complementary')
  await relations.getByRole('link', { name: 'Acme Roasters' }).last().waitFor()
  await page.keyboard.press('r')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Relation' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type('bean')
  await page.getByRole('option', { name: 'Bean Traders' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Head of Purchasing')
  await judge(page, 'relation-dialog-desk-light')
  await page.keyboard.press('Enter')
  await relations.getByRole('heading', { name: 'Buys for' }).waitFor()
  await judge(page, 'relations-person-desk-light')
  await relations.getByRole('link', { name: 'Bean Traders' }).click()
  await page.getByRole('tab', { name: 'Relations' }).click()
  await page.getByRole('heading', { name: 'Buys for it' }).waitFor()
  await page.getByText('Head of Purchasing').waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await judge(page, 'relations-company-phone-dark')
  await page.getByRole('button', { name: 'What to do with Vera Sund' }).click()
  await page.getByRole('menuitem', { name: 'Ended today' }).click()
  await page.getByRole('heading', { name: 'Bought for it' }).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('heading', { name: 'Buys for it' }).waitFor()
  await page.goto(`${product.url}/people?filter=${encodeURIComponent(`buys_for.company_id = "${other}"`)}`)
  await page.getByText('Vera Sund').waitFor()
})
