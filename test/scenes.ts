import type { Page } from 'playwright-core'
import type { Places } from './pages.ts'

/** What only shows after a press: dialogs, menus, the steps of the import. */
export interface Scene {
  name: string
  path: string
  signedOut?: boolean
  act: (page: Page) => Promise<unknown>
  /** What a phone has elsewhere. */
  deskOnly?: boolean
}

const press = (name: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name }).first().click()
}
const inTurn =
  (...acts: ((page: Page) => Promise<void>)[]) =>
  async (page: Page) => {
    for (const act of acts) await act(page)
  }

const csv = `Name;Email;Phone;Company;Signed;Value
Mira Tamm;mira.tamm@example.com;040 555 01 33;Nordlogistics;03.04.2025;1.250,50
Nils Weiss;nils.weiss@example.com;;Blaufoods;17.11.2024;990,00
Olga Urban;no address;040 555 01 35;Alpensoftware;29.02.2025;12,00
`
const chooseFile = async (page: Page) => {
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  await page.getByRole('button', { name: /Next|Columns|Continue/ }).waitFor()
}
const next = press(/Next|Continue/)

export const scenesOf = (at: Places): Scene[] => [
  { name: 'shortcuts', path: '/', act: page => page.keyboard.press('?') },
  {
    name: 'palette',
    path: '/',
    act: async page => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('mira')
      await page.getByRole('option').first().waitFor()
    },
  },
  { name: 'workspace-menu', path: '/people', act: press('Nordhafen'), deskOnly: true },
  {
    name: 'filter',
    path: '/people?filter=country%20in%20(%22DE%22%2C%20%22AT%22)%20and%20(last_seen_at%20%3E%3D%20today%20-%2030%20days%20or%20name%20contains%20%22a%22)',
    act: press(/filters?/),
  },
  { name: 'columns', path: '/people', act: press('Choose columns') },
  {
    name: 'person-new',
    path: '/people?new=1',
    act: page => page.getByRole('dialog').waitFor(),
  },
  {
    name: 'chosen',
    path: '/people?sort=name',
    act: async page => {
      await page
        .getByRole('checkbox', { name: /^Select / })
        .nth(1)
        .click()
      await page
        .getByRole('checkbox', { name: /^Select / })
        .nth(4)
        .click({ modifiers: ['Shift'] })
    },
  },
  {
    name: 'bulk',
    path: '/people?sort=name',
    act: inTurn(async page => {
      await page.getByRole('checkbox', { name: 'Select all that are loaded' }).click()
    }, press('Set the owner')),
  },
  { name: 'field-new', path: '/settings/fields', act: press('New field') },
  { name: 'merge', path: `/people/${at.person_id}`, act: press('Merge…') },
  { name: 'member-new', path: '/settings/members', act: press('Add a member') },
  { name: 'key-new', path: '/settings/keys', act: press('New key') },
  { name: 'invite', path: `/surveys/${at.survey_id}?tab=links`, act: press('Make personal links') },
  { name: 'survey-close', path: `/surveys/${at.survey_id}`, act: press('Close survey') },
  { name: 'events-rejected', path: '/settings/events?tab=rejected', act: async () => undefined },
  {
    name: 'company-people',
    path: `/companies/${at.company_id}`,
    act: page => page.getByRole('tab', { name: 'Relations' }).click(),
  },
  {
    name: 'import-undo',
    path: `/imports/${at.import_id}`,
    act: inTurn(press('Undo this import'), async page => {
      await page.getByRole('dialog').getByRole('listitem').first().waitFor()
    }),
  },
  { name: 'import-read', path: '/imports/new', act: chooseFile },
  { name: 'import-columns', path: '/imports/new', act: inTurn(chooseFile, next) },
  { name: 'import-check', path: '/imports/new', act: inTurn(chooseFile, next, next) },
]
