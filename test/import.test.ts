import { utils, write } from '@e965/xlsx'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFindings, openBrowser, screens, type Visit, visit } from '../src/testing/browser.ts'
import { type Product, startProduct } from '../src/testing/product.ts'

// A newcomer brings an export of the tool used until now.

let product: Product
let browser: Browser
let admin: Visit
beforeAll(async () => {
  product = await startProduct()
  browser = await openBrowser()
  admin = await visit(browser)
  admin.context.setDefaultTimeout(20_000)
  const { page } = admin
  const link = /https?:\/\/[^/]+(\/\S+)/.exec(product.notes[0] ?? '')?.[1] ?? ''
  await page.goto(`${product.url}${link}`)
  await page.getByLabel('Your name').fill('Ada Byron')
  await page.getByLabel('E-mail').fill('ada@analytical.example')
  await page.locator('input[type=password]').fill('a quiet river under seven bridges')
  await page.getByLabel('Name of the workspace').fill('Analytical')
  await page.getByRole('button', { name: 'Make the workspace' }).click()
  await page
    .getByRole('button', { name: /^Your account: / })
    .first()
    .waitFor()
}, 120_000)
afterAll(async () => {
  await browser.close()
  await product.close()
})

/** Every page in both lights and on both screens, without a finding and without anything beside the edge. */
async function look(name: string): Promise<void> {
  const { page, troubles } = admin
  for (const [screen, colorScheme] of [
    ['phone', 'dark'],
    ['desk', 'light'],
  ] as const) {
    await page.setViewportSize(screens[screen])
    await page.emulateMedia({ colorScheme })
    const shots = process.env.TEST_SCREENSHOTS
    if (shots) await page.screenshot({ path: `${shots}/${name}-${screen}.png`, fullPage: true })
    expect([name, screen, await axeFindings(page)]).toEqual([name, screen, []])
    const beside = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect([name, screen, beside]).toEqual([name, screen, 0])
  }
  expect(troubles).toEqual([])
}

const export_csv = [
  'Vorname;Nachname;E-Mail;Telefon;Firma;Geburtstag;Stufe',
  'Ada;Löwe;ada@example.com;030 1234567;Analytik GmbH;10.12.1985;Gold',
  'Bob;Meier;bob@example.com;;Analytik GmbH;03.04.1990;Silber',
  'Cara;Öz;keine;0170 1234567;;31.02.1991;Gold',
  'Dora;Nowak;dora@gmial.com;;Werkstatt;01.01.1970;',
].join('\r\n')

const drop = (page: Page, name: string, text: string) =>
  page
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') })
const next = (page: Page) => page.getByRole('button', { name: 'Next' }).click()

describe('an import', { timeout: 120_000 }, () => {
  test('begins on an empty page that says what to do', async () => {
    const { page } = admin
    await page.goto(`${product.url}/imports`)
    await page.getByText('Nothing imported yet').waitFor()
    await look('imports-empty')
    await page.getByRole('button', { name: 'New import' }).first().click()
    await page.getByText('Drop a file here, or choose one').waitFor()
    await look('import-file')
  })

  test('a damaged workbook is refused in words', async () => {
    const { page } = admin
    await drop(page, 'book.xlsx', 'PK\u0003\u0004 and so on')
    await page.getByText('The file is damaged: it cannot be unpacked.').waitFor()
  })

  test('the file is shown as it was understood, and can be corrected', async () => {
    const { page } = admin
    await drop(page, 'Kontakte.csv', export_csv)
    await page.getByRole('cell', { name: 'Löwe' }).waitFor()
    await look('import-understood')
    await page.getByRole('combobox', { name: 'Cells are separated by' }).click()
    await page.getByRole('option', { name: 'Comma' }).click()
    await page.getByText('Ada;Löwe;ada@example.com').first().waitFor()
    await page.getByRole('combobox', { name: 'Cells are separated by' }).click()
    await page.getByRole('option', { name: 'Semicolon' }).click()
    await page.getByRole('cell', { name: 'Löwe', exact: true }).waitFor()
  })

  test('columns are suggested; what has no field yet gets one', async () => {
    const { page } = admin
    await next(page)
    const target = (column: string) => page.getByRole('combobox', { name: `Where ${column} goes` })
    await target('Vorname').waitFor()
    expect(await target('Vorname').inputValue()).toBe('First name')
    expect(await target('E-Mail').inputValue()).toBe('E-mail')
    expect(await target('Stufe').inputValue()).toBe('Do not import')
    await page.getByText('2 columns have no field here and are left out.').waitFor()
    await page.getByRole('button', { name: 'Make fields of them' }).click()
    await page.getByText('7 columns are imported').waitFor()
    await look('import-columns-kept')
    await page.getByRole('button', { name: 'Leave them out again' }).click()
    await page.getByText('5 columns are imported').waitFor()
    await target('Stufe').click()
    await page.getByRole('option', { name: 'New field…' }).click()
    await page.getByLabel('Name of the new field').fill('Stufe')
    await look('import-columns')
    await next(page)
  })

  test('a trial run says what would happen and writes nothing', async () => {
    const { page } = admin
    await page.getByRole('button', { name: 'Trial run' }).click()
    await page.getByText('Nothing was written. This is what the import would do.').waitFor()
    await page.getByText('4 rows = 3 new + 0 updated + 0 with nothing new + 1 rejected').waitFor()
    await look('import-check')
    const { items } = await product.machine.system(async db => ({
      items: await db.selectFrom('person').select('id').execute(),
    }))
    expect(items).toEqual([])
  })

  test('the import runs in the background and ends on its counts and the rejected rows', async () => {
    const { page } = admin
    await page.getByRole('button', { name: 'Start the import' }).click()
    await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/)
    await page.getByText('4 rows = 3 new + 0 updated + 0 with nothing new + 1 rejected').waitFor()
    await page.getByText('E-Mail: "keine" is not an e-mail address.').waitFor()
    await look('import-done')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download rejected rows' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('Kontakte - rejected.csv')
    await page.getByRole('link', { name: 'See the people' }).click()
    await page.getByText('Ada Löwe').first().waitFor()
    await page.goto(`${product.url}/imports`)
    await page.getByText('Kontakte.csv').first().waitFor()
    await look('imports-list')
  })

  test('what was found opens its rows, and what can be done about them is done there', async () => {
    const { page } = admin
    await page.getByText('Kontakte.csv').first().click()
    await page.getByRole('heading', { name: 'What we found' }).waitFor()
    const typos = page.getByRole('region', { name: 'E-mail addresses with a typing error' })
    await typos.getByRole('link', { name: 'See them' }).waitFor()
    await look('import-found')
    await typos.getByRole('link', { name: 'See them' }).click()
    await page.getByText('dora@gmail.com').waitFor()
    await look('import-finding')
    await page.getByRole('button', { name: 'Take this address' }).click()
    await page.getByText('No address looks mistyped.').waitFor()
  })

  test('the whole import is undone, and what was changed since stays and is told', async () => {
    const { page } = admin
    await page.goto(`${product.url}/imports`)
    await page.getByText('Kontakte.csv').first().click()
    await page.getByRole('button', { name: 'Undo this import' }).click()
    await page.getByText('1 record that it made was changed since and stays.').waitFor()
    await look('import-undo')
    await page.getByRole('button', { name: 'Undo the import' }).click()
    await page.getByText(/^This import was undone on/).waitFor()
    await page.getByRole('heading', { name: '2 things stayed as they are' }).waitFor()
    await page.getByRole('link', { name: 'Dora Nowak' }).waitFor()
    await look('import-undone')
  })

  test('customers known by ids alone keep every column, and are listed and opened by their ids', async () => {
    const { page } = admin
    await page.goto(`${product.url}/imports/new`)
    await drop(page, 'shop.csv', 'Customer ID,Plan,Seats\nC-1,Basic,3\nC-2,Plus,5\n')
    await page.getByRole('cell', { name: 'C-1' }).waitFor()
    await next(page)
    await page.getByRole('button', { name: 'Make fields of them' }).click()
    await page.getByText('3 columns are imported').waitFor()
    await next(page)
    await page.getByRole('button', { name: 'Start the import' }).click()
    await page.getByText('2 rows = 2 new + 0 updated + 0 with nothing new + 0 rejected').waitFor()
    // A field that there is not, as an old link may name one: asking again would not mend that.
    await page.goto(`${product.url}/people?filter=${encodeURIComponent('custom.seat > 4')}`)
    await page.getByRole('alert').getByRole('button', { name: 'Show everything' }).click()
    await page.getByRole('row', { name: /C-1/ }).waitFor()
    const filter = 'custom.seats > 4 and custom.plan = "Plus"'
    await page.goto(`${product.url}/people?filter=${encodeURIComponent(filter)}`)
    await page.setViewportSize(screens.phone)
    await page.getByRole('row', { name: /C-2/ }).click()
    await page.getByRole('heading', { level: 2, name: 'C-2' }).waitFor()
    await page.setViewportSize(screens.desk)
    expect(admin.troubles).toEqual([])
  })

  test('a sheet of a workbook is chosen, the tool it comes from is recognised, and its people are brought in', async () => {
    const { page } = admin
    const book = utils.book_new()
    const add = (name: string, rows: string[][]) =>
      utils.book_append_sheet(book, utils.aoa_to_sheet(rows), name)
    add('Notes', [['exported by hand'], ['for the move']])
    add('Contacts', [
      ['Record ID', 'First Name', 'Last Name', 'Email', 'Lead Status', 'Associated Company'],
      ['701', 'Mary', 'Somerville', 'mary@orbit.example', 'NEW', 'Orbit'],
    ])
    const buffer = write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer
    await page.goto(`${product.url}/imports/new`)
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'crm.xlsx', mimeType: 'application/zip', buffer })
    await page.getByText('A workbook').waitFor()
    await page.getByRole('combobox', { name: 'Sheet' }).click()
    await page.getByRole('option', { name: 'Contacts (2 rows)' }).click()
    await page.getByText('This looks like HubSpot contacts').waitFor()
    await look('import-workbook')
    await next(page)
    await page.getByRole('combobox', { name: 'Where Record ID goes' }).waitFor()
    await next(page)
    expect(await page.getByLabel('Name of the other system').inputValue()).toBe('hubspot')
    await page.getByRole('button', { name: 'Start the import' }).click()
    await page.getByText('1 rows = 1 new + 0 updated + 0 with nothing new + 0 rejected').waitFor()
  })

  test('answers to a survey are told what they measure and which cells are none', async () => {
    const { page } = admin
    await page.goto(`${product.url}/imports/new`)
    await drop(page, 'Passengers.csv', 'NETPRO,why\n9,fine\n11,\n3,loud\n')
    await page.getByRole('cell', { name: 'loud' }).waitFor()
    await next(page)
    await page.getByRole('radio', { name: 'somebody’s answers to a survey' }).click()
    await page.getByRole('combobox', { name: 'Where NETPRO goes' }).click()
    await page.getByRole('option', { name: 'Recommendation, 0 to 10 (NPS)' }).click()
    await page.getByLabel('Cells that mean “no answer”').fill('11')
    await look('import-answers')
    await next(page)
    await page.getByLabel('Day of the answers').fill('2024-05-15')
    await look('import-answers-check')
    await page.getByRole('button', { name: 'Start the import' }).click()
    await page.getByText('3 rows = 2 new + 0 updated + 1 with nothing new + 0 rejected').waitFor()
  })
})
