import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { companies, people } from '../src/customers/customers.contract.ts'
import { createSurvey, openSurvey } from '../src/feedback/surveys.contract.ts'
import { createField } from '../src/records/fields.contract.ts'
import { axeFindings, openBrowser, type Visit } from '../src/testing/browser.ts'
import { type Product, startProduct } from '../src/testing/product.ts'
import { type Looks, look, signedIn } from '../src/testing/signed-in.ts'
import { makeWorkspace, type TestWorkspace } from '../src/testing/workspace.ts'

// Lists of records in a real browser: finding, filtering, sorting, changing, undoing, fields of one's own.

let product: Product
let home: TestWorkspace
let browser: Browser
let now: Visit

const given = [
  ['Anna Müller', 'DE', 'gold'],
  ['Émile Zola', 'FR', 'iron'],
  ['Zoë Adams', 'AT', undefined],
  ['Bob Stone', 'DE', 'iron'],
] as const
const everybody = given.map(([name]) => name)

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
  home = await makeWorkspace(product)
  const key = home.keys.admin
  const options = [{ label: { en: 'Gold' } }, { label: { en: 'Iron' } }]
  await product.call(createField, {
    key,
    body: { kind: 'person', type: 'option', key: 'tier', label: { en: 'Tier' }, options },
  })
  const acme = await product.call(companies.create, { key, body: { name: 'Acme', industry: 'Retail' } })
  for (const [name, country, tier] of given) {
    const custom = tier === undefined ? {} : { tier }
    const email = `${name.slice(0, 3).toLowerCase().normalize('NFD').replace(/\W/g, '')}@example.com`
    const body = { name, country, email, company_id: acme.id, owner_id: home.members.owner.id, custom }
    await product.call(people.create, { key, body })
  }
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

async function open(path: string, looks: Looks = {}): Promise<Page> {
  now = await signedIn(browser, { product, home, looks })
  await now.page.goto(product.url + path)
  await now.page.locator('h1').waitFor()
  return now.page
}

const patient = { timeout: 8000 }
const grid = (page: Page) => page.getByRole('grid', { name: 'People' })
const names = async (page: Page) =>
  (await page.locator('[role=row][data-index] [data-main]').allTextContents()).sort()
const shows = (page: Page, wanted: string[]) =>
  expect.poll(() => names(page), patient).toEqual(wanted.toSorted())

test('people are found in any spelling and filtered by conditions or text', { timeout: 60_000 }, async () => {
  const page = await open('/people')
  await shows(page, everybody)
  await page.getByRole('searchbox').fill('emile')
  await shows(page, ['Émile Zola'])
  await page.getByRole('searchbox').fill('')
  await shows(page, everybody)
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByRole('button', { name: 'Condition' }).click()
  await page.getByRole('combobox', { name: 'Field' }).click()
  await page.getByRole('option', { name: 'Tier', exact: true }).click()
  await page.getByRole('combobox', { name: 'Value of Tier' }).click()
  await page.getByRole('option', { name: 'Iron' }).click()
  await shows(page, ['Bob Stone', 'Émile Zola'])
  expect(page.url()).toContain('filter=custom.tier')
  await page.getByText('Text', { exact: true }).click()
  const text = page.getByRole('textbox', { name: 'Filter as text' })
  expect(await text.inputValue()).toBe('custom.tier = "iron"')
  await text.fill('not custom.tier is empty and company.industry = "retail" and country in ("DE"')
  await page.getByText('expected a comma or a closing bracket').waitFor()
  await text.fill('not custom.tier is empty and company.industry = "retail" and country in ("DE")')
  await text.press('Enter')
  await shows(page, ['Anna Müller', 'Bob Stone'])
})

test('a person beside the list is changed there, and that taken back', { timeout: 60_000 }, async () => {
  const page = await open('/people?sort=name')
  await page.getByText('Anna Müller').first().click()
  const panel = page.getByRole('region', { name: 'Person, details' })
  await panel.getByRole('button', { name: /Phone/ }).first().click()
  await panel.getByRole('textbox', { name: 'Phone' }).fill('+49 30 1234567')
  await page.keyboard.press('Enter')
  await panel.getByText('+49301234567').or(panel.getByText('+49 30 1234567')).first().waitFor()
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await page.getByText('Undone.').first().waitFor()
  await expect.poll(() => panel.getByText(/1234567/).count(), patient).toBe(0)
  await panel.getByRole('button', { name: 'Next' }).click()
  await panel.getByText('Bob Stone').first().waitFor()
  // With the tooltip of the button open, which has an Esc of its own.
  await page.getByRole('tooltip', { name: 'Next' }).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => panel.count(), patient).toBe(0)
})

test('a person is made by hand and the heads of columns sort', { timeout: 60_000 }, async () => {
  const page = await open('/people?sort=name')
  const add = page.getByRole('button', { name: 'New', exact: true })
  await add.click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => add.and(page.locator(':focus')).count(), patient).toBe(1)
  await page.keyboard.press('Enter')
  await dialog.getByLabel('Name', { exact: true }).fill('Carl Made')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('region', { name: 'Person, details' }).getByText('Carl Made').first().waitFor()
  await page.keyboard.press('Escape')
  const order = () => page.locator('[role=row][data-index] [data-main]').allTextContents()
  await expect.poll(async () => (await order())[2], patient).toBe('Carl Made')
  await grid(page).getByRole('button', { name: /^Name/ }).click()
  await expect.poll(async () => (await order())[0], patient).toBe('Zoë Adams')
})

test('many are marked with Shift and changed at once, and the change of all is taken back', {
  timeout: 60_000,
}, async () => {
  const page = await open('/people?sort=name&columns=name,email,country,custom.tier')
  await grid(page).getByRole('checkbox', { name: 'Select Anna Müller' }).click()
  await grid(page)
    .getByRole('checkbox', { name: 'Select Carl Made' })
    .click({ modifiers: ['Shift'] })
  const bar = page.getByRole('group', { name: 'Chosen rows' })
  await bar.getByText('3 people chosen').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await bar.getByRole('button', { name: 'Set a field' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Field' }).click()
  await page.getByRole('option', { name: 'Tier', exact: true }).click()
  await dialog.getByRole('combobox', { name: 'Tier' }).click()
  await page.getByRole('option', { name: 'Gold' }).click()
  await look(page, 'bulk')
  expect(await axeFindings(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Change 3 people' }).click()
  await page.getByText('3 people changed').waitFor()
  await expect.poll(() => grid(page).getByText('Gold', { exact: true }).count(), patient).toBe(3)
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await expect.poll(() => grid(page).getByText('Gold', { exact: true }).count(), patient).toBe(1)
  await expect.poll(() => bar.count(), patient).toBe(0)
})

test('the people that are marked are invited to a survey, and who is left out is said', {
  timeout: 60_000,
}, async () => {
  const key = home.keys.admin
  const { id } = await product.call(createSurvey, {
    key,
    body: { template: 'nps', name: 'After the visit', subject: 'us' },
  })
  await product.call(openSurvey, { key, params: { id } })
  const refusing = await product.call(people.create, {
    key,
    body: { name: 'Zz Refuses', do_not_contact: true },
  })
  const page = await open('/people?sort=-name')
  for (const name of ['Zz Refuses', 'Zoë Adams', 'Émile Zola'])
    await grid(page)
      .getByRole('checkbox', { name: `Select ${name}` })
      .click()
  const bar = page.getByRole('group', { name: 'Chosen rows' })
  await bar.getByRole('button', { name: 'Invite to survey' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite 3 people to a survey' })
  await dialog.getByRole('combobox', { name: 'Survey' }).waitFor()
  await look(page, 'invite-chosen')
  expect(await axeFindings(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Make 3 links' }).click()
  await dialog.getByText('2 links are made').waitFor()
  await dialog.getByText('1 must not be contacted and is left out').waitFor()
  await look(page, 'invited-chosen')
  expect(await axeFindings(page)).toEqual([])
  await dialog.getByRole('link', { name: 'See the links' }).click()
  await page.getByRole('grid', { name: 'Personal links' }).getByText('Zoë Adams').waitFor()
  await product.call(people.remove, { key, params: { id: refusing.id } })
})

test('all that a search finds are deleted and come back', { timeout: 60_000 }, async () => {
  const page = await open('/companies')
  const key = home.keys.admin
  const make = (n: number) => product.call(companies.create, { key, body: { name: `Gone ${n}` } })
  const [, , third] = await Promise.all([1, 2, 3].map(make))
  await page.goto(`${product.url}/companies?q=gone`)
  await shows(page, ['Gone 1', 'Gone 2', 'Gone 3'])
  await page.getByRole('checkbox', { name: 'Select all that are loaded' }).click()
  const bar = page.getByRole('group', { name: 'Chosen rows' })
  await bar.getByText('3 companies chosen').waitFor()
  // Somebody else is quicker with one of them: that is told, and stays until it was read.
  await product.call(companies.remove, { key, params: { id: third?.id ?? '' } })
  await bar.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Delete 3 companies' }).click()
  await dialog.getByText('2 done. 1 company').waitFor()
  await shows(page, [])
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await shows(page, ['Gone 1', 'Gone 2'])
  // What somebody else brings back is there without being asked for.
  await product.call(companies.restore, { key, params: { id: third?.id ?? '' } })
  await shows(page, ['Gone 1', 'Gone 2', 'Gone 3'])
})

test('a field of one’s own is made in the settings and can be used at once', {
  timeout: 60_000,
}, async () => {
  const page = await open('/settings/fields')
  // What ties two records together has none.
  await expect.poll(() => page.getByRole('radio').count(), patient).toBe(2)
  await page.getByRole('button', { name: 'New field' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Shoe size')
  await dialog.getByRole('combobox', { name: 'Type' }).click()
  await page.getByRole('option', { name: 'Number', exact: true }).click()
  expect(await axeFindings(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Make the field' }).click()
  await page.getByText('custom.shoe_size').waitFor()
  await page.goto(`${product.url}/people?filter=${encodeURIComponent('custom.shoe_size is empty')}`)
  await shows(page, [...everybody, 'Carl Made'])
})

for (const screen of ['desk', 'phone'] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`list, filter, panel and fields are accessible on a ${screen}, ${scheme}`, {
      timeout: 120_000,
    }, async () => {
      const filter = 'name contains "n" and (country = "DE" or created_at >= today - 30 days)'
      const page = await open(`/people?filter=${encodeURIComponent(filter)}`, { screen, scheme })
      await grid(page).getByText('Anna Müller').waitFor()
      await page.getByRole('button', { name: '3 filters' }).click()
      await page.getByRole('button', { name: 'Group', exact: true }).first().waitFor()
      await look(page, `list-${screen}-${scheme}`)
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('button', { name: '3 filters' }).click()
      await grid(page).getByText('Anna Müller').click()
      await page.getByRole('region', { name: 'Person, details' }).getByText('Tier').waitFor()
      await look(page, `panel-${screen}-${scheme}`)
      expect(await axeFindings(page)).toEqual([])
      await page.goto(`${product.url}/settings/fields?kind=person`)
      await page.getByText('custom.tier').waitFor()
      await look(page, `fields-${screen}-${scheme}`)
      expect(await axeFindings(page)).toEqual([])
    })
  }
}

test('a list is kept as a view: saved, changed, sent by its address, deleted and brought back', {
  timeout: 60_000,
}, async () => {
  const page = await open('/people?filter=country = "FR"&sort=-name')
  await shows(page, ['Émile Zola'])
  // The e-mail's column goes to the end by its menu, and the country's to the front by hand.
  await page.getByRole('button', { name: 'Choose columns' }).click()
  await page.getByRole('button', { name: 'E-mail: one place to the back' }).click()
  await page.getByRole('button', { name: 'E-mail: wider' }).click()
  await page.keyboard.press('Escape')
  const heads = () => page.locator('[data-column]').evaluateAll(all => all.map(one => one.dataset['column']))
  await expect.poll(async () => (await heads()).slice(0, 3), patient).toEqual(['name', 'company_id', 'email'])
  const from = await page.locator('[data-column=country]').boundingBox()
  const to = await page.locator('[data-column=company_id]').boundingBox()
  if (!from || !to) throw new Error('a head is not there')
  await page.mouse.move(from.x + 20, from.y + 10)
  await page.mouse.down()
  await page.mouse.move(from.x - 40, from.y + 10)
  await page.mouse.move(to.x + 10, to.y + 10)
  await page.mouse.up()
  await expect
    .poll(async () => (await heads()).slice(0, 4), patient)
    .toEqual(['name', 'country', 'company_id', 'email'])
  expect(page.url()).toContain('sort=-name')

  await page.getByRole('button', { name: 'Views of this list' }).click()
  await page.getByRole('menuitem', { name: 'Save as a view' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('In France')
  await dialog.getByLabel('Everybody in the workspace').check()
  expect(await axeFindings(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  const tab = page.getByRole('button', { name: 'In France', exact: true })
  await tab.waitFor()
  await expect.poll(() => page.url(), patient).toMatch(/\/people\?view=[\da-f-]+$/)
  const address = page.url().slice(product.url.length)

  await page.getByRole('button', { name: 'All people, without a view' }).click()
  await expect.poll(async () => (await names(page)).length, patient).toBeGreaterThan(3)
  await tab.click()
  await shows(page, ['Émile Zola'])
  await page.getByRole('searchbox').fill('nobody')
  await page.getByText('Changed, not saved').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await look(page, 'view-changed')
  await page.getByRole('button', { name: 'Discard' }).click()
  await shows(page, ['Émile Zola'])
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').first().click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect.poll(() => page.getByText('Changed, not saved').count(), patient).toBe(0)
  await now.context.close()

  const sent = await open(address, { screen: 'phone', scheme: 'dark' })
  await shows(sent, ['Émile Zola'])
  expect(await axeFindings(sent)).toEqual([])
  await look(sent, 'view-phone')
  await sent.getByRole('button', { name: 'Views of this list' }).click()
  await sent.getByRole('menuitem', { name: 'Open the list with this view' }).click()
  await sent.goto(`${product.url}/people`)
  await shows(sent, ['Émile Zola'])
  await sent.getByRole('button', { name: 'Views of this list' }).click()
  expect(await axeFindings(sent)).toEqual([])
  await look(sent, 'view-menu')
  await sent.getByRole('menuitem', { name: 'Delete the view' }).click()
  await expect.poll(async () => (await names(sent)).length, patient).toBeGreaterThan(3)
  await sent.getByRole('button', { name: 'Undo' }).first().click()
  await shows(sent, ['Émile Zola'])
})

test('a tag is made while typing, given to many, seen in the list and merged in one place', {
  timeout: 60_000,
}, async () => {
  const page = await open('/people?sort=name')
  await page.getByText('Anna Müller').first().click()
  const panel = page.getByRole('region', { name: 'Person, details' })
  await panel.getByRole('button', { name: 'Change tags' }).click()
  await panel.getByRole('combobox', { name: 'Tags' }).or(panel.getByLabel('Tags')).first().fill('Key account')
  await page.keyboard.press('Enter')
  await page.getByText('Tags changed').first().waitFor()
  await page.getByRole('heading', { name: 'People' }).click()
  await panel.getByText('Key account').first().waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.goto(`${product.url}/people?sort=name&columns=name,custom.tags`)
  await grid(page).getByText('Key account').first().waitFor()
  await page.getByRole('checkbox', { name: 'Select Bob Stone' }).check()
  await page.getByRole('checkbox', { name: 'Select Anna Müller' }).check()
  await page.getByRole('group', { name: 'Chosen rows' }).getByRole('button', { name: 'Tags' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Add').first().fill('Fair')
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Change 2 people' }).click()
  await expect.poll(() => grid(page).getByText('Fair', { exact: true }).count(), patient).toBe(2)
  await look(page, 'tags-list')
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await expect.poll(() => grid(page).getByText('Fair', { exact: true }).count(), patient).toBe(0)
  await now.context.close()

  const settings = await open('/settings/tags?kind=person', { scheme: 'dark' })
  const row = settings.getByRole('row', { name: /Key account/ })
  await row.getByRole('link', { name: '1 person' }).waitFor()
  expect(await axeFindings(settings)).toEqual([])
  await look(settings, 'tags-page')
  await row.getByRole('button', { name: 'Change' }).click()
  expect(await axeFindings(settings)).toEqual([])
  await look(settings, 'tags-colours')
  await settings.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await row.getByRole('button', { name: 'Merge' }).click()
  await settings.getByRole('dialog').getByLabel('Into').first().click()
  await settings.getByRole('option', { name: 'Fair' }).click()
  await settings.getByRole('dialog').getByRole('button', { name: 'Merge' }).click()
  await settings.getByText('also “Key account”, merged').waitFor()
  await settings.getByRole('link', { name: '1 person' }).click()
  await shows(settings, ['Anna Müller'])
})

test('what was opened last is on the home page and in the palette, until it is forgotten', {
  timeout: 60_000,
}, async () => {
  const page = await open('/people?sort=name')
  await page.getByText('Zoë Adams').first().click()
  const noted = page.waitForResponse(
    one => one.url().endsWith('/api/recent') && one.request().method() === 'POST',
  )
  await page.getByRole('region', { name: 'Person, details' }).getByRole('link', { name: 'Zoë Adams' }).click()
  await noted
  await page.goto(`${product.url}/`)
  const card = page.getByRole('heading', { name: 'Recently viewed' })
  await card.waitFor()
  expect(await axeFindings(page)).toEqual([])
  await look(page, 'recent-home')
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog')
  await palette.getByText('Recently viewed').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await look(page, 'recent-palette')
  await palette.getByRole('option', { name: 'Zoë Adams' }).click()
  await page.getByRole('heading', { name: 'Zoë Adams', level: 1 }).waitFor()
  await page.goto(`${product.url}/`)
  await page.getByRole('button', { name: 'Forget' }).click()
  await expect.poll(() => card.count(), patient).toBe(0)
})
