import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mailFolder } from '../src/core/mail.ts'
import { codeAt, counterAt } from '../src/identity/totp.ts'
import { axeFindings, openBrowser, screens, type Visit, visit } from '../src/testing/browser.ts'
import { readMail } from '../src/testing/mail-server.ts'
import { type Product, startProduct } from '../src/testing/product.ts'

// The first minutes of a new installation, as a person has them.

const password = 'a quiet river under seven bridges'
const ada = { name: 'Ada Byron', email: 'ada@analytical.example' }

let product: Product
let browser: Browser
let owner: Visit
let joinLink = ''
beforeAll(async () => {
  product = await startProduct()
  browser = await openBrowser()
  owner = await visit(browser)
  owner.context.setDefaultTimeout(20_000)
}, 120_000)
afterAll(async () => {
  await browser.close()
  await product.close()
})

const at = (path: string) => `${product.url}${path}`
const pathIn = (note: string | undefined) => /https?:\/\/[^/]+(\/\S+)/.exec(note ?? '')?.[1] ?? ''
const signedIn = (page: Page) =>
  page
    .getByRole('button', { name: /^Your account: / })
    .first()
    .waitFor()

/** Every page in both lights and on both screens, without a finding and without anything beside the edge. */
async function look({ page, troubles }: Visit, name: string): Promise<void> {
  for (const [screen, colorScheme] of [
    ['phone', 'dark'],
    ['desk', 'light'],
  ] as const) {
    await page.setViewportSize(screens[screen])
    await page.emulateMedia({ colorScheme })
    expect([name, screen, await axeFindings(page)]).toEqual([name, screen, []])
    const beside = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect([name, screen, beside]).toEqual([name, screen, 0])
  }
  expect(troubles).toEqual([])
}

/** What lies in the folder, as there is no mail server. */
function newestMessage(): string {
  const folder = mailFolder(product.machine.config) ?? ''
  const name = readdirSync(folder).toSorted().at(-1) ?? ''
  return readMail(readFileSync(join(folder, name), 'utf8')).text
}

async function fillSignIn(page: Page, email: string, given: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.locator('input[type=password]').fill(given)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

describe('the first run', { timeout: 120_000 }, () => {
  test('without the link there is nothing to set up, and it says where the link is', async () => {
    const { page } = owner
    await page.goto(at('/'))
    await page.waitForURL('**/set-up')
    await page.getByText('This needs the set-up link').waitFor()
    await look(owner, 'set-up without link')
  })

  test('the link from the terminal leads to a workspace with its owner', async () => {
    const { page } = owner
    await page.goto('about:blank')
    await page.goto(at(pathIn(product.notes[0])))
    await page.getByLabel('Your name').fill(ada.name)
    await page.getByLabel('E-mail').fill(ada.email)
    await page.locator('input[type=password]').fill('password1234567')
    await page.getByLabel('Name of the workspace').fill('Analytical Engines')
    await page.getByText('words and patterns that are tried first').waitFor()
    await look(owner, 'set-up')
    await page.getByRole('button', { name: 'Make the workspace' }).click()
    await page.getByText('words and patterns that are tried first').waitFor()
    await page.locator('input[type=password]').fill(password)
    await page.getByRole('button', { name: 'Make the workspace' }).click()
    await signedIn(page)
    await page.getByRole('button', { name: 'Workspace: Analytical Engines' }).first().waitFor()
  })

  test('a key is made, shown once and revoked', async () => {
    const { page } = owner
    await page.goto(at('/settings/keys'))
    await page.getByText('No keys yet').waitFor()
    await look(owner, 'no keys')
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByLabel('What is it for?').fill('Nightly sync')
    await look(owner, 'new key')
    await page.getByRole('button', { name: 'Make the key' }).click()
    const key = (await page.locator('pre').textContent()) ?? ''
    expect(key).toMatch(/^rk_\w{43}$/)
    const asked = { headers: { authorization: `Bearer ${key}` } }
    expect((await page.request.get(at('/api/workspace'), asked)).status()).toBe(200)
    await page.keyboard.press('Escape')
    await page.getByText('Nightly sync').waitFor()
    expect(await page.locator('body').textContent()).not.toContain(key)
    await page.getByRole('button', { name: 'Revoke the key Nightly sync' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('Revoked').waitFor()
    await look(owner, 'keys')
    expect((await page.request.get(at('/api/workspace'), asked)).status()).toBe(401)
  })

  test('a write key is made for the pages of one website', async () => {
    const { page } = owner
    const websites = page.getByRole('combobox', { name: 'Websites that may send with it' })
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByLabel('What is it for?').fill('Web shop')
    await page.getByRole('radio', { name: 'Write key' }).check()
    await websites.fill('shop.example')
    await page.keyboard.press('Enter')
    await page.getByLabel('Events a minute').fill('6000')
    await look(owner, 'new write key')
    await page.getByRole('button', { name: 'Make the key' }).click()
    await page.getByText('must look like https://www.example.com').waitFor()
    await websites.press('Backspace')
    await websites.fill('https://Shop.example')
    await page.getByRole('button', { name: 'Make the key' }).click()
    expect(await page.locator('pre').textContent()).toMatch(/^wk_\w{43}$/)
    await page.keyboard.press('Escape')
    await page.getByText('only from https://shop.example').waitFor()
  })

  test('a member is added and joins with the link in a browser of her own', async () => {
    const { page } = owner
    await page.goto(at('/settings/members'))
    await page.getByText('Ada Byron (you)').waitFor()
    await page.keyboard.press('n')
    await page.getByRole('dialog').getByLabel('Name').fill('Grace Hopper')
    await page.getByLabel('E-mail').fill('grace@navy.example')
    await page.getByText('No mail server is set up').first().waitFor()
    await page.getByRole('button', { name: 'Send the invitation' }).click()
    await page.getByText('laid into the folder').waitFor()
    await look(owner, 'members')
    joinLink = at(pathIn(newestMessage()))

    const grace = await visit(browser, { screen: 'phone', scheme: 'dark' })
    await grace.page.goto(joinLink)
    await grace.page.getByText('You sign in as grace@navy.example').waitFor()
    await look(grace, 'join')
    await grace.page.locator('input[type=password]').fill('nine copper kettles sing at dusk')
    await grace.page.getByRole('button', { name: 'Join' }).click()
    await signedIn(grace.page)
    await grace.page.goto(at('/settings/members'))
    await grace.page.getByText('Grace Hopper (you)').waitFor()
    // What her role would be refused is not offered.
    expect(await grace.page.getByRole('button', { name: 'Add a member' }).count()).toBe(0)
    expect(await grace.page.getByRole('link', { name: 'API keys' }).count()).toBe(0)
    // Nor reached by its address.
    for (const path of ['/settings/keys', '/imports/new', '/surveys/new']) {
      await grace.page.goto(at(path))
      await grace.page.getByText('Your role does not allow this').waitFor()
    }
    await grace.page.goto('about:blank')
    await grace.page.goto(joinLink)
    await grace.page.getByText('This link no longer works').waitFor()
    await look(grace, 'a used link')
    await grace.context.close()
  })

  test('signing out and in again leads back to the page one wanted', async () => {
    const { page } = owner
    await page.goto(at('/account'))
    await page.getByText('This browser').waitFor()
    await look(owner, 'account')
    await page
      .getByRole('button', { name: /^Your account: / })
      .first()
      .click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in**')
    await page.goto(at('/settings/workspace'))
    await page.waitForURL('**/sign-in?next=**')
    await fillSignIn(page, ada.email, 'something else entirely')
    await page.getByText('The e-mail address or the password is not right.').waitFor()
    await look(owner, 'sign in')
    await fillSignIn(page, ada.email, password)
    await page.waitForURL('**/settings/workspace')
    await page.getByText('Records each role reaches').first().waitFor()
    await look(owner, 'workspace settings')
  })

  test('a forgotten password is replaced with the link that comes by mail', async () => {
    const forgetful = await visit(browser, { screen: 'phone', scheme: 'dark' })
    const { page } = forgetful
    await page.goto(at('/sign-in'))
    await page.getByRole('link', { name: 'Forgotten your password?' }).click()
    await page.getByLabel('E-mail').fill('grace@navy.example')
    await look(forgetful, 'forgotten password')
    await page.getByRole('button', { name: 'Send the link' }).click()
    await page.getByText('a message is on its way').waitFor()
    await expect.poll(newestMessage, { timeout: 15_000 }).toContain('new password')
    await page.goto(at(pathIn(newestMessage())))
    await page.locator('input[type=password]').fill('seven tin whistles hum at dawn')
    await page.getByRole('button', { name: 'Save and sign in' }).click()
    await signedIn(page)
    await forgetful.context.close()
  })

  test('a second factor is set up from a picture, asked for at sign-in, and demanded of everybody', async () => {
    const { page } = owner
    await page.goto(at('/account'))
    await page.getByRole('button', { name: 'Set it up' }).click()
    await page.getByRole('dialog').locator('input[type=password]').fill(password)
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('img', { name: /Picture with the secret/ }).waitFor()
    await look(owner, 'second factor')
    const secret = ((await page.getByRole('dialog').locator('code').textContent()) ?? '').replaceAll(' ', '')
    const code = (off: number) => codeAt(secret, counterAt(new Date()) + off)
    await page.getByRole('textbox', { name: 'Code' }).fill(code(-1))
    await page.getByRole('button', { name: 'Turn it on' }).click()
    await page.getByText('They are not shown again').waitFor()
    await look(owner, 'recovery codes')
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText('Recovery codes left: 10').waitFor()
    await page.goto(at('/settings/workspace'))
    await page.getByLabel('Members come in with a second factor only').click({ force: true })
    await page.getByText('Saved').waitFor()

    const again = await visit(browser, { screen: 'phone' })
    await again.page.goto(at('/sign-in'))
    await fillSignIn(again.page, ada.email, password)
    await again.page.getByRole('textbox', { name: 'Code' }).fill('000000')
    await again.page.getByRole('button', { name: 'Sign in' }).click()
    await again.page.getByText('This code is not right').waitFor()
    await look(again, 'second step')
    await again.page.getByRole('textbox', { name: 'Code' }).fill(code(0))
    await again.page.getByRole('button', { name: 'Sign in' }).click()
    await signedIn(again.page)
    await again.context.close()

    const grace = await visit(browser, { screen: 'phone' })
    await grace.page.goto(at('/sign-in'))
    await fillSignIn(grace.page, 'grace@navy.example', 'seven tin whistles hum at dawn')
    await grace.page.getByText('asks for a second factor').waitFor()
    await look(grace, 'owed second factor')
    await grace.context.close()
    await page.getByLabel('Members come in with a second factor only').click({ force: true })
    await page.getByText('Saved').first().waitFor()
    await page.goto(at('/account'))
    await page.getByRole('button', { name: 'Turn it off' }).click()
    await page.getByRole('dialog').locator('input[type=password]').fill(password)
    await page.getByRole('dialog').getByRole('button', { name: 'Turn it off' }).click()
    await page.getByText('The second factor is off.').waitFor()
  })

  test('a passkey is added, signs in without a password, and no longer once it is removed', async () => {
    const keyed = await visit(browser)
    const { page } = keyed
    // A passkey belongs to a name, and an address in numbers is none.
    await page.goto(at('/sign-in'))
    const named = product.url.replace('127.0.0.1', 'localhost')
    await page.getByText(`only under a name. Open ${named} instead.`).waitFor()
    const device = await page.context().newCDPSession(page)
    await device.send('WebAuthn.enable')
    const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    })
    // This device answers at once: where the browser offers the passkey by itself, that is all it takes.
    await page.addInitScript({
      content:
        "if (window.PublicKeyCredential && location.hash !== '#offer') PublicKeyCredential.isConditionalMediationAvailable = async () => false",
    })
    const enter = page.getByRole('button', { name: 'Sign in with a passkey' })
    const signOut = async () => {
      await page
        .getByRole('button', { name: /^Your account: / })
        .first()
        .click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.waitForURL('**/sign-in**')
      await page.goto(`${named}/sign-in?next=/account`)
    }
    await page.goto(`${named}/sign-in?next=/account`)
    await enter.waitFor()
    await look(keyed, 'sign in with a passkey')
    await enter.click()
    await page.getByText('No passkey was used').waitFor()
    await page.getByLabel('E-mail').fill('grace@navy.example')
    await page.locator('input[type=password]').fill('seven tin whistles hum at dawn')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('No passkeys yet').waitFor()
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Pocket key')
    await look(keyed, 'new passkey')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('Not used yet').waitFor()
    await look(keyed, 'passkeys')
    await signOut()
    await enter.click()
    await page.getByText('with the passkey Pocket key').waitFor()
    await signOut()
    await page.goto('about:blank')
    await page.goto(`${named}/sign-in?next=/account#offer`)
    await page.getByText('with the passkey Pocket key').waitFor()
    await signOut()
    await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await enter.click()
    await page.getByText('No passkey was used').waitFor()
    await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
    await enter.click()
    await page.getByRole('button', { name: 'Remove the passkey Pocket key' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('No passkeys yet').waitFor()
    await signOut()
    await enter.click()
    await page.getByText('This passkey is not known here').waitFor()
    expect(keyed.troubles).toEqual([])
    await keyed.context.close()
  })

  test('a link to another site does not ride on signing in', async () => {
    const stranger = await visit(browser)
    await stranger.page.goto(at('/sign-in?next=//evil.example/'))
    await fillSignIn(stranger.page, ada.email, password)
    await signedIn(stranger.page)
    expect(new URL(stranger.page.url()).origin).toBe(product.url)
    await stranger.context.close()
  })

  test('another workspace is made, and everything on the screen changes with it', async () => {
    const { page } = owner
    await page.goto(at('/workspaces/new'))
    await page.getByLabel('Name of the workspace').fill('Difference Engines')
    await look(owner, 'new workspace')
    await page.getByRole('button', { name: 'Make the workspace' }).click()
    await page.getByRole('button', { name: 'Workspace: Difference Engines' }).first().click()
    await page.getByRole('menuitem', { name: 'Analytical Engines' }).waitFor()
    await page.keyboard.press('Escape')
    await page.goto(at('/settings/members'))
    await page.getByText('Ada Byron (you)').waitFor()
    expect(await page.getByText('Grace Hopper').count()).toBe(0)
    expect(owner.troubles).toEqual([])
  })
})
