import type { SampleStories } from '../../sample/sample.contract.ts'

// Where each story is told: the list, measure or timeline with exactly the rows that its figures are of.

type Story<Name extends keyof SampleStories> = NonNullable<SampleStories[Name]>

const address = (path: string, search: Record<string, string>) => `${path}?${new URLSearchParams(search)}`

export const incidentLink = ({ survey_id, filter, week }: Story<'incident'>): string =>
  address('/measures', { survey_id, range: '12m', interval: 'week', filter, period: week })

export const setUpLink = ({ survey_id, filter }: Story<'set_up'>): string =>
  address('/measures', { survey_id, range: 'all', filter })

export const personLink = (id: string): string => `/people/${id}`

export const peopleLink = (filter: string): string => address('/people', { filter })

export const renewalsLink = ({ companies_filter, columns, sort }: Story<'renewals'>): string =>
  address('/companies', { filter: companies_filter, columns, sort })

export const detractorsLink = ({ survey_id, people_filter }: Story<'renewals'>): string =>
  address('/measures', { survey_id, range: '12m', band: 'detractors', filter: people_filter })
