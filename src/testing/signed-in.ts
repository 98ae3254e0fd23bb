import type { Browser, Page } from 'playwright-core'
import { type Scheme, type Screen, type Visit, visit } from './browser.ts'
import type { Product } from './product.ts'
import type { TestWorkspace } from './workspace.ts'

export interface Looks {
  screen?: Screen
  scheme?: Scheme
}

/** A browser in which the workspace's owner is signed in. */
export async function signedIn(
  browser: Browser,
  { product, home, looks = {} }: { product: Product; home: TestWorkspace; looks?: Looks | undefined },
): Promise<Visit> {
  const now = await visit(browser, looks)
  const { cookie = '' } = await home.browser('owner')
  const value = cookie.slice(cookie.indexOf('=') + 1)
  // Several installations on one machine keep their cookies apart by the port.
  const name = `rapport_session_${new URL(product.url).port}`
  await now.context.addCookies([{ name, value, url: product.url }])
  return now
}

/** Pictures to look at, where a folder is given for them. */
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` })
}
