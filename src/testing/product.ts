import { areas } from '../areas.ts'
import { systemClock } from '../core/clock.ts'
import { webFiles } from '../core/web-files.ts'
import { startTestApp, type TestApp } from './app.ts'

export interface Product extends TestApp {
  url: string
  /** What stands in the terminal after the start: the one-time link. */
  notes: string[]
}

/** Everything at once, as `npm start` has it: server with the built web application, worker, a port of its own. */
export async function startProduct(): Promise<Product> {
  const clock = { ...systemClock, set: () => undefined, advance: () => undefined }
  let address = ''
  const test = await startTestApp({ clock, web: webFiles(), url: () => address })
  await test.work()
  address = await test.app.listen({ port: 0, host: '127.0.0.1' })
  const notes: string[] = []
  for (const area of areas) notes.push(...((await area.ready?.(test.machine)) ?? []))
  return { ...test, url: address, notes }
}
