import { addStrings, type Catalogue, startStrings } from '../core/web/i18n.ts'
import type { Language } from '../core/web/language.ts'
import ui from '../ui/en.json' with { type: 'json' }
import { areas } from './areas.ts'
import web from './en.json' with { type: 'json' }

type Named = readonly [name: string, strings: Catalogue]

async function german(): Promise<Record<string, Catalogue>> {
  const parts = [
    ...areas.map(area => ({ name: area.name, read: area.german })),
    { name: 'core', read: () => import('../core/web/de.json') },
    { name: 'ui', read: () => import('../ui/de.json') },
    { name: 'web', read: () => import('./de.json') },
  ]
  const read = await Promise.all(
    parts.map(async (part): Promise<Named> => [part.name, (await part.read()).default]),
  )
  return Object.fromEntries(read)
}

/** What the pages before signing in say. English is always there: what a language lacks is said in it. */
export async function readStrings(language: Language): Promise<void> {
  const there = areas.flatMap(({ name, english }): Named[] =>
    typeof english === 'function' ? [] : [[name, english]],
  )
  const en = { ui, web, ...Object.fromEntries(there) }
  startStrings(language, language === 'de' ? { en, de: await german() } : { en })
}

let rest: Promise<unknown> | undefined

/** The other areas' strings, once: nothing inside the frame is shown without them. */
export function readRest(): Promise<unknown> {
  rest ??= Promise.all(
    areas.map(async ({ name, english }) => {
      if (typeof english === 'function') addStrings('en', name, (await english()).default)
    }),
  )
  return rest
}
