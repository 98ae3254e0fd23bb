import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  axeFindings,
  openBrowser,
  type Scheme,
  type Screen,
  type Visit,
  visit,
} from '../src/testing/browser.ts'
import { type Product, startProduct } from '../src/testing/product.ts'
import { look } from '../src/testing/signed-in.ts'
import { declaredPaths, type Places, pagesOf } from './pages.ts'
import { fillWorkspace } from './sample.ts'
import { scenesOf } from './scenes.ts'

// The product as a person meets it: a real browser, the built web application, both databases. The stories build on
// each other, as the first hour does.

// Also on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 180_000 })

let product: Product
let browser: Browser
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>
const visits: Visit[] = []

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await product?.close()
})

async function open(
  path: string,
  looks: { screen?: Screen; scheme?: Scheme; locale?: string; state?: typeof signedIn } = {},
): Promise<Page> {
  const now = await visit(browser, looks)
  visits.push(now)
  await now.page.goto(product.url + path)
  return now.page
}

/** Through the same API as everybody, from the page that is signed in. */
const ask = <T>(page: Page, method: string, path: string, body?: unknown): Promise<T> =>
  page.evaluate(
    async ([verb, address, sent]) => {
      const reply = await fetch(address, {
        method: verb,
        ...(sent === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(sent) }),
      })
      if (!reply.ok) throw new Error(`${address} answered ${reply.status}: ${await reply.text()}`)
      return reply.json()
    },
    [method, path, body] as const,
  ) as Promise<T>

async function leave(): Promise<void> {
  const troubles = visits.flatMap(one => one.troubles)
  for (const one of visits.splice(0)) await one.context.close()
  expect(troubles).toEqual([])
}

test('the first run: the link in the terminal leads to a workspace, and the first person is there in a minute', async () => {
  const link = product.notes.join(' ').match(/\/set-up#\S+/)?.[0]
  const page = await open(link ?? 'no link')
  await page.getByLabel('Your name').fill('Robin Sander')
  await page.getByLabel('E-mail').fill('robin@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill('meadow kettle orbit 47 violin')
  await page.getByLabel('Name of the workspace').fill('Nordhafen')
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Make the workspace' }).click()
  await page.getByRole('heading', { name: 'Hello, Robin' }).waitFor()
  expect(await axeFindings(page)).toEqual([])
  // The ways to begin are there also where nobody can say whether the sample company is.
  await page.route('**/api/sample', route => route.fulfill({ status: 500, body: '' }))
  await page.reload()
  await page.getByRole('button', { name: 'Add a person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Vera Lind')
  await dialog.getByLabel('E-mail').fill('vera.lind@example.com')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('row', { name: /Vera Lind/ }).waitFor()
  signedIn = await page.context().storageState()
  await leave()
})

test('the link works once', async () => {
  const page = await open(product.notes.join(' ').match(/\/set-up#\S+/)?.[0] ?? '')
  await page.getByRole('heading', { name: /set up/i }).waitFor()
  expect(await page.getByLabel('Name of the workspace').count()).toBe(0)
  await leave()
})

const csv = `Kundennummer;Name;E-Mail;Telefon;Ort;Land
4711;Jürgen Groß;juergen.gross@example.com;040 5550101;Hamburg;DE
4712;Zoë Petit;zoe.petit@example.com;+33 4 5550102;Lyon;FR
4713;Nobody;this is no address;;;DE
4714;Vera Lind;VERA.LIND@example.com;;Kiel;DE
${Array.from({ length: 20 }, (_, row) => `${4800 + row};Customer ${row};customer${row}@example.com;;Bremen;DE`).join('\n')}
`

test('a colleague joins with the link that they were sent, by a new password or by the one they have', async () => {
  const owner = await open('/', { state: signedIn })
  const person = { name: 'Kim Berg', email: 'kim@example.com', role: 'agent' }
  const { id } = await ask<{ id: string }>(owner, 'POST', '/api/members', person)
  const shown = `/api/members/${id}/invitation-link`
  const link = await ask<{ path: string }>(owner, 'POST', shown)
  const page = await open(link.path, { screen: 'phone' })
  await page.getByRole('heading', { name: 'Join Nordhafen' }).waitFor()
  await page.getByLabel('I have an account here already').check()
  await page.getByRole('textbox', { name: 'Your password' }).waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.getByLabel('I have an account here already').uncheck()
  await page.getByRole('textbox', { name: 'Password' }).fill('seven copper kettles sing')
  await look(page, 'join')
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Join' }).click()
  await page.getByRole('heading', { name: 'Hello, Kim' }).waitFor()
  await leave()
})

test('the import: a file is understood, tried, run, and what was refused comes back with a reason', async () => {
  const page = await open('/imports/new', { state: signedIn })
  await page.locator('input[type=file]').setInputFiles({
    name: 'customers.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(csv, 'latin1'),
  })
  await page.getByText('Jürgen Groß').first().waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('radio', { name: 'a person' }).waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Start the import' }).waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', { name: 'Start the import' }).click()
  await page.getByText('Rejected rows', { exact: true }).waitFor({ timeout: 60_000 })
  expect(await axeFindings(page)).toEqual([])
  await page.getByText('24 rows = 22 new + 1 updated + 0 with nothing new + 1 rejected').waitFor()
  await page.goto(`${product.url}/people?q=gross`)
  await page.getByRole('row', { name: /Jürgen Groß/ }).waitFor()
  await leave()
})

interface Made {
  id: string
  key: string
  items: { id: string }[]
  outcomes: { link: string }[]
}

test('an answer is on the open page of the customer within about a second', async () => {
  const page = await open('/people', { state: signedIn })
  await page.getByRole('row', { name: /Zoë Petit/ }).waitFor()
  const { items } = await ask<Made>(page, 'GET', '/api/people?search=zoe')
  const id = items[0]?.id ?? ''
  const survey = await ask<Made>(page, 'POST', '/api/surveys', {
    template: 'nps',
    name: 'First survey',
    subject: 'Nordhafen',
  })
  await ask(page, 'POST', `/api/surveys/${survey.id}/open`)
  const invited = await ask<Made>(page, 'POST', `/api/surveys/${survey.id}/invitations`, { person_ids: [id] })
  await page.goto(`${product.url}/people/${id}`)
  await page.getByRole('heading', { name: 'Zoë Petit' }).waitFor()
  await page.waitForTimeout(800) // the stream of live updates is open by then
  const link = new URL(invited.outcomes[0]?.link ?? '')
  const respondent = await open(link.pathname + link.search, { screen: 'phone' })
  expect(await axeFindings(respondent)).toEqual([])
  await respondent.getByRole('radio', { name: '9' }).check({ force: true })
  await respondent.getByRole('textbox').fill('The parcel came a day early.')
  await respondent.getByRole('button', { name: 'Send answer' }).click()
  const sent = Date.now()
  await page.getByText('The parcel came a day early.').waitFor()
  expect(Date.now() - sent).toBeLessThan(3000)
  await respondent.getByRole('heading', { name: 'Thank you' }).waitFor()
  await leave()
})

test('the palette finds a person by any spelling and leads there by keys alone', async () => {
  const page = await open('/people', { state: signedIn })
  // What is typed before the palette is there is not lost, nor taken for the letters of commands.
  await page.route(/Palette-.*\.js$/, async route => {
    await new Promise(resolve => setTimeout(resolve, 1500))
    await route.continue()
  })
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('jurgen')
  expect(await page.getByRole('combobox').count()).toBe(0)
  await page.getByRole('option', { name: /Jürgen Groß/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Jürgen Groß' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('p')
  await page.getByRole('grid', { name: 'People' }).waitFor()
  await leave()
})

let places: Places

test('a workspace fills up through the public API', async () => {
  const page = await open('/', { state: signedIn })
  const door = {
    url: product.url,
    key: (await ask<Made>(page, 'POST', '/api/keys', { kind: 'api', name: 'sample', role: 'admin' })).key,
    write_key: (await ask<Made>(page, 'POST', '/api/keys', { kind: 'write', name: 'sample shop' })).key,
  }
  const made = await fillWorkspace(door)
  const companies = await ask<Made>(page, 'GET', '/api/companies?limit=1')
  const imports = await ask<Made>(page, 'GET', '/api/imports?limit=1')
  places = {
    person_id: made.people[3] ?? '',
    company_id: companies.items[0]?.id ?? '',
    survey_id: made.survey_id,
    import_id: imports.items[0]?.id ?? '',
  }
  await leave()
})

test('no page is forgotten here', () => {
  const anywhere = { person_id: '$', company_id: '$', survey_id: '$', import_id: '$', finding: '$' }
  const seen = new Set(pagesOf(anywhere).map(page => page.path.split(/[?#]/)[0]))
  const declared = declaredPaths().map(path => path.replace(/\$\w+/, '$'))
  expect(declared.filter(path => !seen.has(path))).toEqual([])
})

test('a browser that asks for German is answered in German, until another language is chosen', async () => {
  const page = await open('/people', { locale: 'de-AT', state: signedIn })
  await page.getByRole('heading', { level: 1, name: 'Personen' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('de')
  expect(await axeFindings(page)).toEqual([])
  // An address whose id is none leads to what is not there, not to a rule about ids.
  await page.goto(`${product.url}/people?panel=niemand`)
  await page.getByRole('alert').getByText('Nicht gefunden').waitFor()
  expect(await page.getByText('UUID').count()).toBe(0)
  await page.getByRole('button', { name: /^Ihr Konto/ }).click()
  await page.getByRole('menuitem', { name: 'English' }).click()
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor()
  await leave()
})

test('a page that cannot be fetched leaves everything in place, and comes when it can', async () => {
  // What is not reached is in the browser's log: such a visit is not one of those that must stay silent.
  const { page, context } = await visit(browser, { state: signedIn })
  await page.goto(`${product.url}/people?q=petit`)
  await page.getByText('Zoë Petit').first().click()
  const panel = page.getByRole('region', { name: 'Person, details' })
  await panel.getByRole('button', { name: /^Job title/ }).click()
  await panel.getByRole('textbox', { name: 'Job title' }).fill('Diver')
  await context.setOffline(true)
  await page.getByText('nothing new is shown').waitFor()
  await page.keyboard.press('Enter')
  const waiting = page.getByText('one change is not saved yet')
  await waiting.waitFor()
  await page.getByRole('link', { name: 'Event debugger' }).click()
  const retry = page.getByRole('button', { name: 'Try again' })
  await retry.click()
  await page.getByRole('link', { name: 'People', exact: true }).waitFor()
  await context.setOffline(false)
  await retry.click()
  await page.getByRole('heading', { level: 1, name: 'Event debugger' }).waitFor()
  // What was changed meanwhile is saved when it can be, and no longer said to wait.
  await waiting.waitFor({ state: 'detached' })
  const [found] = (await ask<{ items: { job_title: string }[] }>(page, 'GET', '/api/people?search=zoe')).items
  expect(found?.job_title).toBe('Diver')
  await context.close()
})

test('a browser of a machine that has no language opens every page all the same', async () => {
  const { context, page, troubles } = await visit(browser, { state: signedIn })
  await context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'language', { get: () => 'en-US@posix' })
    Object.defineProperty(Navigator.prototype, 'languages', { get: () => ['en-US@posix', 'C'] })
  })
  for (const [path, heading] of [
    ['/', 'Hello, Robin'],
    ['/people', 'People'],
    ['/measures', 'Net Promoter Score'],
    ['/settings/workspace', 'Workspace settings'],
    ['/workspaces/new', 'New workspace'],
  ] as const) {
    await page.goto(product.url + path)
    await page.getByRole('heading', { level: 1, name: heading }).waitFor()
  }
  const country = page.getByRole('combobox', { name: 'Country' })
  await expect.poll(() => country.inputValue()).toBe('United States (US)')
  expect(troubles).toEqual([])
  await context.close()
})

test('whoever is signed out meanwhile is asked to sign in, and stays there', async () => {
  // The browser logs what is refused: such a visit is not one of those that must stay silent.
  const { page, context } = await visit(browser, { state: signedIn })
  await page.goto(`${product.url}/people?q=petit`)
  await page.getByText('Zoë Petit').first().waitFor()
  await context.clearCookies()
  await page.getByRole('searchbox').fill('zo')
  await page.waitForURL('**/sign-in?next=**')
  const password = page.locator('input[type=password]')
  await password.fill('a quiet river under seven bridges')
  // What was typed stands only on a page that was not left and come back to.
  await page.waitForLoadState('networkidle')
  expect(await password.inputValue()).toBe('a quiet river under seven bridges')
  expect(new URL(page.url()).pathname).toBe('/sign-in')
  await context.close()
})

test('no page lets HTML be written from text, not even by a mistake of ours', async () => {
  // The browser reports what it refuses: such a visit is not one of those that must stay silent.
  const { page } = await visit(browser)
  await page.goto(`${product.url}/sign-in`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const write = (html: string) =>
    page.locator('body').evaluate((body, text) => {
      try {
        body.innerHTML = text
        return 'written'
      } catch (error) {
        return (error as Error).name
      }
    }, html)
  expect(await write('<img src=x onerror=alert(1)>')).toBe('TypeError')
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
  await page.context().close()
})

// Each page in one of the four looks, in turn; ALL_LOOKS=1 judges each page in all of them.
const looks = (['desk', 'phone'] as const).flatMap(screen =>
  (['light', 'dark'] as const).map(scheme => ({ screen, scheme })),
)

/** What only shows after a press and no story opens: one for each look. */
const dialogs = ['filter', 'invite', 'import-undo', 'survey-close']

for (const [turn, look] of looks.entries()) {
  test(`pages are accessible on a ${look.screen}, ${look.scheme}`, async () => {
    const found: string[] = []
    const inside = await open('/', { ...look, state: signedIn })
    const outside = await open('/sign-in', look)
    const mine = pagesOf(places).filter((_, at) => process.env['ALL_LOOKS'] || at % looks.length === turn)
    for (const { name, path, signedOut } of mine) {
      const page = signedOut ? outside : inside
      await page.goto(product.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await settled(page)
      found.push(...(await axeFindings(page)).map(one => `${name}: ${one}`))
    }
    for (const { name, path, act } of scenesOf(places)) {
      if (process.env['ALL_LOOKS'] ? !dialogs.includes(name) : name !== dialogs[turn]) continue
      await inside.goto(product.url + path)
      await inside.getByRole('heading', { level: 1 }).waitFor()
      await settled(inside)
      await act(inside)
      found.push(...(await axeFindings(inside)).map(one => `${name}: ${one}`))
    }
    expect(found).toEqual([])
    await leave()
  })
}

/** Nothing is loading any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('[aria-busy=true], .mantine-Skeleton-root').first().waitFor({ state: 'detached' })
}
