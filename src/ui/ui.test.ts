import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { axeFindings, openBrowser, type Scheme, type Screen, type Visit, visit } from '../testing/browser.ts'
import { type Gallery, startGallery } from '../testing/gallery.ts'

let gallery: Gallery
let browser: Browser
let now: Visit

beforeAll(async () => {
  ;[gallery, browser] = await Promise.all([startGallery(), openBrowser()])
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await gallery?.close()
})
afterEach(async () => {
  const troubles = now.troubles
  await now.context.close()
  expect(troubles).toEqual([])
})

async function open(path: string, looks: { screen?: Screen; scheme?: Scheme } = {}): Promise<Page> {
  now = await visit(browser, looks)
  await now.page.goto(gallery.url + path)
  await now.page.locator('h1').waitFor()
  return now.page
}
const grid = (page: Page) => page.getByRole('grid', { name: 'Rows' })
const rowNames = (page: Page) => page.locator('[role=row][data-index] [data-main]').allTextContents()

for (const screen of ['desk', 'phone'] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`every component is accessible on a ${screen}, ${scheme}`, async () => {
      const page = await open('/parts', { screen, scheme })
      await page.locator('[role=img] svg text').first().waitFor()
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('button', { name: 'Ask first' }).click()
      await page.getByRole('dialog').waitFor()
      expect(await axeFindings(page)).toEqual([])
      for (const path of ['/table', '/fields']) {
        await page.goto(gallery.url + path)
        await page.locator('h1').waitFor()
        expect(await axeFindings(page)).toEqual([])
      }
    })
  }
}

test('a table of a hundred thousand rows keeps only the rows in sight and names the whole', async () => {
  const page = await open('/table?rows=100000')
  expect(await grid(page).getAttribute('aria-rowcount')).toBe('100001')
  expect(await page.locator('[role=row][data-index]').count()).toBeLessThan(70)
  await grid(page).focus()
  await page.keyboard.press('End')
  await page.locator('[role=row][data-index="99999"]').waitFor()
  expect(await grid(page).getAttribute('aria-activedescendant')).toBe('row-Rows-99999')
})

test('of two million rows the first, the last and any between are reached, by keys, thumb and wheel', async () => {
  const page = await open('/table?rows=2000000')
  const row = (index: number) => page.locator(`[role=row][data-index="${index}"]`)
  const inSight = () =>
    grid(page).evaluate(element => {
      const { top, height } = element.getBoundingClientRect()
      const rows = [...element.querySelectorAll<HTMLElement>('[role=row][data-index]')]
      const middle = rows.find(one => one.getBoundingClientRect().bottom > top + height / 2)
      return Number(middle?.dataset['index'])
    })
  const scrollTo = (share: number) =>
    grid(page).evaluate((element, part) => {
      element.scrollTop = (element.scrollHeight - element.clientHeight) * part
    }, share)
  await grid(page).focus()
  await page.keyboard.press('End')
  await expect.poll(() => row(1_999_999).isVisible()).toBe(true)
  await page.keyboard.press('ArrowUp')
  expect(await grid(page).getAttribute('aria-activedescendant')).toBe('row-Rows-1999998')
  await page.keyboard.press('Home')
  await expect.poll(() => row(0).isVisible()).toBe(true)
  await scrollTo(1)
  await expect.poll(() => row(1_999_999).isVisible()).toBe(true)
  await scrollTo(0.5)
  // Both bounds at once: until the scrolling is heard of, the end is in sight still.
  await expect.poll(async () => Math.abs((await inSight()) - 1_000_000)).toBeLessThan(10_000)
  const before = await inSight()
  await grid(page).hover()
  await page.mouse.wheel(0, 360)
  await expect.poll(inSight).toBe(before + 10)
  // At rest the thumb is set to where the table is; the table itself stays.
  await page.waitForTimeout(300)
  expect(await inSight()).toBe(before + 10)
})

test('a table thrown down shows names on the way and whole rows where it comes to rest', async () => {
  const page = await open('/table?rows=100000')
  const cells = () => page.locator('[role=row][data-index]').first().locator('[role=gridcell]').count()
  const thrown = await grid(page).evaluate(async element => {
    const seen = new Set<number>()
    for (let frame = 0; frame < 20; frame++) {
      element.scrollTop += 4000
      await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
      seen.add(element.querySelectorAll('[role=row][data-index]:last-child [role=gridcell]').length)
    }
    return [...seen]
  })
  expect(thrown).toContain(1)
  await expect.poll(cells).toBe(8)
})

test('the arrows move, Enter opens beside the list, and the panel then follows the arrows', async () => {
  const page = await open('/table')
  await grid(page).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  const names = await rowNames(page)
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: names[2] ?? '' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('region', { name: names[3] ?? '' }).waitFor()
  expect(page.url()).toContain('panel=r3')
})

test('Esc goes back one step at a time: the related record, the record, the list', async () => {
  const page = await open('/table')
  await page.locator('[role=row][data-index="1"]').click()
  await page.getByRole('button', { name: 'Related' }).click()
  expect(page.url()).toMatch(/panel=r1(,|%2C)r5/)
  await page.keyboard.press('Escape')
  await expect.poll(() => page.url()).toMatch(/panel=r1$/)
  await page.keyboard.press('Escape')
  await expect.poll(() => page.url()).not.toContain('panel')
})

test('a column head sorts up, down and not at all', async () => {
  const page = await open('/table')
  const usual = await rowNames(page)
  const head = page.getByRole('columnheader').filter({ has: page.getByRole('button', { name: 'Name' }) })
  await head.getByRole('button').click()
  await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending')
  const up = await rowNames(page)
  expect(up).toEqual(up.toSorted((one, other) => one.localeCompare(other)))
  await head.getByRole('button').click()
  expect(await head.getAttribute('aria-sort')).toBe('descending')
  await head.getByRole('button').click()
  expect(await head.getAttribute('aria-sort')).toBe('none')
  expect(await rowNames(page)).toEqual(usual)
})

test('Space marks a row, Shift marks to it, Ctrl-A marks all, Esc unmarks', async () => {
  const page = await open('/table?rows=50')
  const marked = () => page.locator('[role=row][aria-selected=true]').count()
  await grid(page).focus()
  await page.keyboard.press(' ')
  expect(await marked()).toBe(1)
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  expect(await marked()).toBe(3)
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+k')
  await page.getByText('50 chosen').waitFor()
  await page.keyboard.press('Escape')
  await grid(page).focus()
  await page.keyboard.press('Escape')
  expect(await marked()).toBe(0)
})

test('columns are hidden, shown and widened without a mouse', async () => {
  const page = await open('/table')
  await page.getByRole('button', { name: 'Choose columns' }).click()
  await page.getByRole('checkbox', { name: 'City' }).uncheck()
  await expect.poll(() => page.getByRole('columnheader', { name: 'City' }).count()).toBe(0)
  await page.keyboard.press('Escape')
  const handle = page.getByRole('separator', { name: 'Width of Name' })
  const before = Number(await handle.getAttribute('aria-valuenow'))
  await handle.focus()
  await page.keyboard.press('ArrowRight')
  expect(Number(await handle.getAttribute('aria-valuenow'))).toBe(before + 16)
})

test('more rows are asked for on the way down', async () => {
  const page = await open('/table?rows=1000&paged=1')
  expect(await grid(page).getAttribute('aria-rowcount')).toBe('-1')
  await grid(page).focus()
  for (let step = 0; step < 8; step++) {
    await page.keyboard.press('End')
    await page.waitForTimeout(60)
  }
  await expect.poll(() => grid(page).getAttribute('aria-rowcount')).toBe('1001')
})

test('a field is edited in place: Enter commits, Esc restores, what is wrong is said', async () => {
  const page = await open('/fields')
  const field = (label: string) => page.getByRole('button', { name: label })
  await field('name Ada').click()
  await page.keyboard.type('Grace')
  await page.keyboard.press('Enter')
  await expect.poll(() => field('name Grace').count()).toBe(1)
  await expect.poll(() => field('name Grace').evaluate(node => node === document.activeElement)).toBe(true)
  await page.keyboard.press('Enter')
  await page.keyboard.type('Nobody')
  await page.keyboard.press('Escape')
  await field('name Grace').waitFor()
  await field('email ada@example.com').click()
  await page.keyboard.type('no address')
  await page.keyboard.press('Enter')
  await page.getByText('An e-mail address looks like').waitFor()
  await page.keyboard.press('Escape')
})

test('money is typed as people write it and kept in minor units', async () => {
  const page = await open('/fields')
  await page.getByRole('button', { name: 'worth €1,234.50' }).click()
  await page.keyboard.type('2,500.75')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'worth €2,500.75' }).waitFor()
})

test('a phone number is read in groups, dialled, edited and copied as it is stored', async () => {
  const page = await open('/fields')
  const field = (shown: string) => page.getByRole('button', { name: `phone ${shown}`, exact: true })
  await field('+49 30 12345678').waitFor()
  const call = page.getByRole('link', { name: 'Call +49 30 12345678' })
  expect(await call.getAttribute('href')).toBe('tel:+493012345678')
  const still = page.getByRole('link', { name: '+49 30 12345678', exact: true })
  expect(await still.getAttribute('href')).toBe('tel:+493012345678')
  const copied = await page.getByRole('link', { name: '+44 20 7946 0958' }).evaluate(link => {
    getSelection()?.selectAllChildren(link)
    const clipboardData = new DataTransfer()
    link.dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }))
    return clipboardData.getData('text/plain')
  })
  expect(copied).toBe('+442079460958')
  await field('+49 30 12345678').click()
  expect(await page.getByRole('textbox', { name: 'phone' }).inputValue()).toBe('+493012345678')
  await page.keyboard.type('+12125550123')
  await page.keyboard.press('Enter')
  await field('+1 212 555 0123').waitFor()
})

test('a refused edit says why and keeps what was typed', async () => {
  const page = await open('/fields')
  await page.getByRole('button', { name: 'refused as it was' }).click()
  await page.keyboard.type('new')
  await page.keyboard.press('Enter')
  await page.getByText('Someone else has it.').waitFor()
  expect(await page.getByRole('textbox', { name: 'refused' }).inputValue()).toBe('new')
})

test('Tab commits and goes on to the next field', async () => {
  const page = await open('/fields')
  await page.getByRole('button', { name: 'name Ada' }).click()
  await page.keyboard.type('Tabbed')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'name Tabbed' }).waitFor()
})

test('the palette opens from anywhere, finds records and commands, and letters stay letters in inputs', async () => {
  const page = await open('/parts')
  await page.getByLabel('Name').fill('')
  await page.getByLabel('Name').press('?')
  expect(await page.getByRole('dialog').count()).toBe(0)
  // Letters are faster than a slow machine draws.
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 6 })
  await page.keyboard.press('Control+k')
  await page.keyboard.type('fields')
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  await page.getByRole('option', { name: 'Found fields' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.url()).toContain('/fields')
  // Until it has gone, letters are its own.
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await expect.poll(() => page.url()).toContain('/table')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
})

test('a message stays while it is pointed at or has the focus', async () => {
  const page = await open('/parts')
  await page.clock.install()
  await page.getByRole('button', { name: 'Delete' }).click()
  const undo = page.getByRole('button', { name: 'Undo' })
  await undo.focus()
  await page.clock.runFor(30_000)
  expect(await undo.count()).toBe(1)
  await undo.evaluate(button => button.blur())
  await page.clock.runFor(5000)
  expect(await undo.count()).toBe(1)
  await page.clock.runFor(6000)
  await expect.poll(() => undo.count()).toBe(0)
})

test('what was done can be undone for a while', async () => {
  const page = await open('/parts')
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('undone', { exact: true }).waitFor()
})

test('a chart can be read as a table', async () => {
  const page = await open('/parts')
  await page.getByRole('img', { name: /Visits rose/ }).waitFor()
  await page.getByRole('button', { name: 'Show as table' }).click()
  await page.getByRole('cell', { name: '12' }).waitFor()
})
