// node scripts/screenshots.mjs [folder]: every page of a real, filled workspace, at a desk and on a phone, light and dark.
// With --only=home,people only these, with --looks=desk-light,phone-dark only so; with --readme also the picture of
// the README. Runs on Node 24.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBrowser, visit } from '../src/testing/browser.ts'
import { pagesOf } from '../test/pages.ts'
import { fillWorkspace } from '../test/sample.ts'
import { scenesOf } from '../test/scenes.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)
const readme = args.includes('--readme')
const only = args
  .find(arg => arg.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',')
const folder = args.find(arg => !arg.startsWith('--')) ?? join(tmpdir(), 'rapport-screenshots')
const data = mkdtempSync(join(tmpdir(), 'rapport-pictured-'))

async function startServer() {
  const child = spawn(process.execPath, ['src/main.ts', '--port', '0', '--data', data], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  const link = await new Promise((resolve, reject) => {
    child.stdout.on('data', chunk => {
      said += chunk
      const found = /http\S+\/set-up#\S+/.exec(said)?.[0]
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`the server ended: ${said}`)))
  })
  return { child, url: new URL(link).origin, token: new URL(link).hash.slice(1) }
}

const { child, url, token } = await startServer()
const browser = await openBrowser()

const setUp = await visit(browser)
await setUp.page.goto(`${url}/sign-in`)
const ask = (method, path, body) =>
  setUp.page.evaluate(
    async ([method, path, body]) => {
      const raw = typeof body === 'string'
      const reply = await fetch(path, {
        method,
        headers: { 'content-type': raw ? 'application/octet-stream' : 'application/json' },
        ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      })
      if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`)
      return reply.json()
    },
    [method, path, body],
  )

await ask('POST', '/api/setup', {
  token,
  owner: {
    name: 'Robin Sander',
    email: 'robin@nordhafen.example',
    password: 'meadow kettle orbit 47 violin',
  },
  workspace: { name: 'Nordhafen', country: 'DE', currency: 'EUR', time_zone: 'Europe/Berlin', locale: 'en' },
})
const { key } = await ask('POST', '/api/keys', { kind: 'api', name: 'Sample', role: 'admin' })
const { key: write_key } = await ask('POST', '/api/keys', { kind: 'write', name: 'Shop' })
const made = await fillWorkspace({ url, key, write_key })
await ask('POST', '/api/members', { name: 'Ines Okafor', email: 'ines@nordhafen.example', role: 'agent' })
const rows = [
  'Name,Email,City',
  ...['Mira Tamm', 'Nils Weiss', 'Olga Urban', 'Zoe Dahl'].map(
    name => `${name},${name.toLowerCase().replace(' ', '.')}@example.com,Aarhus`,
  ),
  'Nobody,no address,Lyon',
]
const { file } = await ask('POST', '/api/imports/files?name=contacts.csv', rows.join('\n'))
const preview = await ask('POST', '/api/imports/preview', { file_id: file.id, dialect: {} })
const imported = await ask('POST', '/api/imports', {
  file_id: file.id,
  kind: preview.kind,
  dialect: preview.dialect,
  mapping: preview.columns.flatMap(({ column, suggestion }) =>
    suggestion ? [{ column, target: suggestion }] : [],
  ),
  match: preview.match,
  mode: 'both',
  settings: { source: 'import' },
  dry_run: false,
})
const companies = await ask('GET', '/api/companies?limit=1&sort=name')
const state = await setUp.context.storageState()
const { link } = await ask('GET', `/api/surveys/${made.survey_id}`)
const places = {
  person_id: made.people[3],
  company_id: companies.items[0].id,
  survey_id: made.survey_id,
  import_id: imported.id,
}
const pages = [
  ...pagesOf(places),
  { name: 'respond', path: new URL(link).pathname, signedOut: true },
  { name: 'api-docs', path: '/api/docs', signedOut: true },
  ...scenesOf(places),
].filter(page => !only || only.includes(page.name))

const looks = args
  .find(arg => arg.startsWith('--looks='))
  ?.slice('--looks='.length)
  .split(',') ?? ['desk-light', 'desk-dark', 'phone-light', 'phone-dark']
mkdirSync(folder, { recursive: true })
// The projection follows within two seconds.
await new Promise(resolve => setTimeout(resolve, 4000))
for (const screen of ['desk', 'phone']) {
  for (const scheme of ['light', 'dark']) {
    if (!looks.includes(`${screen}-${scheme}`)) continue
    const inside = await visit(browser, { screen, scheme, state })
    const outside = await visit(browser, { screen, scheme })
    for (const { name, path, signedOut, act, deskOnly } of pages) {
      if (deskOnly && screen === 'phone') continue
      const { page } = signedOut ? outside : inside
      try {
        await page.goto(url + path)
        await page.locator('h1').first().waitFor()
        await page.locator('[aria-busy=true], .mantine-Skeleton-root').first().waitFor({ state: 'detached' })
        await act?.(page)
      } catch (error) {
        console.log(`${name}, ${screen}, ${scheme}: ${error.message.split('\n')[0]}`)
      }
      await page.waitForTimeout(500)
      await page.screenshot({ path: join(folder, `${name}-${screen}-${scheme}.png`) })
    }
    for (const trouble of [...inside.troubles, ...outside.troubles]) console.log(trouble)
    await inside.context.close()
    await outside.context.close()
  }
}
if (readme) {
  const { page } = await visit(browser, { state })
  await page.goto(`${url}/people/${made.people[3]}`)
  await page.waitForTimeout(2000)
  await page.screenshot({ path: join(root, 'docs/images/customer.png') })
}
await browser.close()
child.kill('SIGTERM')
await new Promise(resolve => child.once('exit', resolve))
rmSync(data, { recursive: true, force: true })
console.log(`pictures in ${folder}`)
