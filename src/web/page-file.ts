import type { PageRoute } from '../core/web/area-web.ts'
import { send } from '../core/web/call.ts'

/** Fails as every request does where nothing is reached. */
const reach = () => send(location.href, { method: 'HEAD', cache: 'no-store' })

/**
 * Where a page's file is gone, as after an upgrade, the router loads everything anew. Where nothing is reached, that would
 * leave the browser's own page of an error, and nothing to go back to.
 */
export async function loadPage(page: PageRoute): ReturnType<PageRoute['page']> {
  try {
    return await page.page()
  } catch (error) {
    await reach()
    throw error
  }
}

/** Everything anew, as soon as there is something to load it from. */
export const reload = (): Promise<void> =>
  reach().then(
    () => location.reload(),
    () => undefined,
  )
