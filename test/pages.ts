import { readdirSync, readFileSync } from 'node:fs'

export interface Places {
  person_id: string
  company_id: string
  survey_id: string
  import_id: string
  finding?: string
}

export interface PageToSee {
  name: string
  path: string
  /** Seen without being signed in. */
  signedOut?: boolean
}

/** Every page of the web application, as it is worth looking at: the tests judge them, the screenshots show them. */
export const pagesOf = (at: Places): PageToSee[] => [
  { name: 'home', path: '/' },
  { name: 'people', path: '/people' },
  { name: 'people-beside', path: `/people?panel=${at.person_id}` },
  { name: 'people-filtered', path: '/people?filter=country%20%3D%20%22DE%22' },
  { name: 'people-nothing', path: '/people?q=zzzzzz' },
  { name: 'person', path: `/people/${at.person_id}` },
  { name: 'person-identifiers', path: `/people/${at.person_id}?tab=identifiers` },
  { name: 'person-history', path: `/people/${at.person_id}?tab=history` },
  { name: 'companies', path: '/companies' },
  { name: 'company', path: `/companies/${at.company_id}` },
  { name: 'reviews', path: '/reviews' },
  { name: 'interactions', path: '/interactions' },
  { name: 'interactions-none-fit', path: '/interactions?from=2001-01-01&to=2001-01-02&channels=web,shop' },
  { name: 'surveys', path: '/surveys' },
  { name: 'survey-new', path: '/surveys/new' },
  { name: 'survey', path: `/surveys/${at.survey_id}` },
  { name: 'survey-links', path: `/surveys/${at.survey_id}?tab=links` },
  { name: 'survey-preview', path: `/surveys/${at.survey_id}?tab=preview` },
  { name: 'measures', path: '/measures' },
  { name: 'imports', path: '/imports' },
  { name: 'import-new', path: '/imports/new' },
  { name: 'import', path: `/imports/${at.import_id}` },
  { name: 'found', path: '/found' },
  { name: 'found-rows', path: `/found/${at.finding ?? 'duplicates'}` },
  { name: 'fields', path: '/settings/fields' },
  { name: 'tags', path: '/settings/tags' },
  { name: 'workspace', path: '/settings/workspace' },
  { name: 'members', path: '/settings/members' },
  { name: 'teams', path: '/settings/teams' },
  { name: 'keys', path: '/settings/keys' },
  { name: 'events', path: '/settings/events' },
  { name: 'account', path: '/account' },
  { name: 'workspace-new', path: '/workspaces/new' },
  { name: 'not-there', path: '/nowhere' },
  { name: 'person-not-there', path: '/people/00000000-0000-7000-8000-000000000000' },
  { name: 'sign-in', path: '/sign-in', signedOut: true },
  { name: 'forgotten-password', path: '/forgotten-password', signedOut: true },
  { name: 'set-up-over', path: '/set-up', signedOut: true },
  { name: 'join-spent', path: '/join#spent', signedOut: true },
]

/** The addresses that the areas declare, so that a new page cannot be forgotten above. */
export function declaredPaths(): string[] {
  const src = new URL('../src/', import.meta.url)
  return readdirSync(src).flatMap(area => {
    try {
      const door = readFileSync(new URL(`${area}/web/index.ts`, src), 'utf8')
      return [...door.matchAll(/path: '([^']+)'/g)].flatMap(([, path]) => path ?? [])
    } catch {
      return []
    }
  })
}
