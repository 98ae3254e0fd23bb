import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { findBrowser } from '../../scripts/browser.mjs'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findBrowser(), args: flags })
}

export const screens = {
  desk: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const
export type Screen = keyof typeof screens
export type Scheme = 'light' | 'dark'

/** What a page must never do: throw, log an error, or run into the content security policy. */
export interface Visit {
  context: BrowserContext
  page: Page
  troubles: string[]
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>

export async function visit(
  browser: Browser,
  {
    screen = 'desk',
    scheme = 'light',
    locale = 'en-GB',
    state,
  }: { screen?: Screen; scheme?: Scheme; locale?: string; state?: State } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: screens[screen],
    colorScheme: scheme,
    locale,
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    ...(state ? { storageState: state } : {}),
  })
  context.setDefaultTimeout(20_000)
  context.setDefaultNavigationTimeout(30_000)
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('pageerror', error => troubles.push(`${page.url()} threw ${error.message}`))
  page.on('console', message => {
    // A refused request is the page's business; what it shows then is tested where it matters.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      troubles.push(`${page.url()} logged ${message.text()}`)
  })
  return { context, page, troubles }
}

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']

/**
 * Colours on their way from one scheme to the other are nobody's: a scheme that has just been changed is taken up within two
 * frames, and what it sets going is waited for. What turns for ever is not.
 */
const atRest = `(async () => {
  const frame = () => Promise.race([new Promise(requestAnimationFrame), new Promise(go => setTimeout(go, 100))])
  const going = () => document.getAnimations().filter(
    one => one.playState === 'running' && Number.isFinite(one.effect?.getComputedTiming().endTime))
  await frame()
  await frame()
  for (let turn = 0; turn < 20 && going().length > 0; turn++) {
    await Promise.allSettled(going().map(one => one.finished))
    await frame()
  }
})()`

/** What axe finds on the page as it stands, one line each; none is the goal. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(atRest)
  // Half a megabyte that a page of which something has been judged before has still.
  const isThere = await page.evaluate(() => 'axe' in globalThis)
  const { violations } = await new AxeBuilder({ page, ...(isThere ? { axeSource: 'undefined' } : {}) })
    .options({ resultTypes: ['violations'] })
    .withTags(rules)
    // In the page itself: a second page for putting frames together takes three times as long, and no page of ours has frames
    // but the sandboxed. No script runs in those, and axe would wait for it for ever; what they show is judged by itself.
    .setLegacyMode()
    .exclude('iframe[sandbox]')
    .analyze()
  return violations.flatMap(violation =>
    violation.nodes.map(
      node =>
        `${violation.id} at ${node.target.join(' ')}: ${node.failureSummary?.split('\n').slice(1, 3).join(' ')}`,
    ),
  )
}
