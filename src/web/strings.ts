import { type Catalogue, startStrings } from '../core/web/i18n.ts'
import type { Language } from '../core/web/language.ts'
import ui from '../ui/en.json' with { type: 'json' }
import { areas } from './areas.ts'
import web from './en.json' with { type: 'json' }

type Named = readonly [name: string, strings: Catalogue]

async function german(): Promise<Record<string, Catalogue>> {
  const parts = [
    ...areas.map(area => ({ name: area.name, read: area.german })),
    { name: 'ui', read: () => import('../ui/de.json') },
    { name: 'web', read: () => import('./de.json') },
  ]
  const read = await Promise.all(
    parts.map(async (part): Promise<Named> => [part.name, (await part.read()).default]),
  )
  return Object.fromEntries(read)
}

/** English is always there: what a language lacks is said in it rather than not at all. */
export async function readStrings(language: Language): Promise<void> {
  const en = { ui, web, ...Object.fromEntries(areas.map(area => [area.name, area.english])) }
  startStrings(language, language === 'de' ? { en, de: await german() } : { en })
}
