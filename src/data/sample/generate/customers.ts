import { dateOf } from './calendar.ts'
import type { SampleCompany, SamplePerson } from './model.ts'
import {
  companyNames,
  familyName,
  givenName,
  industries,
  phoneNumbers,
  plain,
  type Region,
  regions,
} from './names.ts'
import type { Chance } from './random.ts'

/** A customer's place in time and in money, on which everything they do depends. */
export interface Life {
  person: SamplePerson
  /** First and last day of being a customer; the last lies ahead for those who stay. */
  since: number
  until: number
  /** Orders in thirty days. */
  pace: number
  /** What they usually spend, in minor units. */
  basket_minor: number
  /** How satisfied by nature: about −1 to 1. */
  mood: number
  /** Where they like to order. */
  habit: 'web' | 'app' | 'phone' | 'shop' | 'partner'
}

export interface Span {
  first: number
  today: number
}

const weightedRegions = regions.map(region => [region, region.share] as const)
const jobTitles = [
  'Office manager',
  'Facilities manager',
  'Head of operations',
  'Executive assistant',
  'Purchasing manager',
  'People partner',
  'Managing director',
  'Team lead',
]

export function makeCompanies(chance: Chance, span: Span, count: number) {
  const kinds = Array.from({ length: count }, () => chance.weighted(industries))
  const names = companyNames(
    chance.fork('names'),
    kinds.map(kind => kind.called),
  )
  const phones = phoneNumbers(chance.fork('phones'))
  return names.map((name, index): { company: SampleCompany; region: Region } => {
    const region = chance.weighted(weightedRegions)
    const size = Math.min(60, chance.pareto(1.1))
    const employees = Math.round(8 + size * chance.int(6, 22))
    const company: SampleCompany = {
      key: `LCC-${1001 + index}`,
      name,
      domain: `${plain(name)}.example`,
      industry: kinds[index]?.name ?? 'Retail',
      phone: chance.happens(0.8) ? phones(region.country) : undefined,
      employees,
      revenue_minor: employees * chance.int(70_000, 180_000) * 100,
      city: chance.pick(region.cities),
      region: region.name,
      country: region.country,
      annual_value_minor: Math.round((900 + size * chance.int(500, 1400)) / 10) * 1000,
      renewal_on: dateOf(span.today + chance.int(-20, 345)),
      tags: [],
    }
    return { company, region }
  })
}

interface Home {
  company: SampleCompany | undefined
  region: Region
}

/** Large companies have several contacts; a third of all customers order for their own kitchen. */
function homes(chance: Chance, companies: ReturnType<typeof makeCompanies>, count: number): Home[] {
  const all: Home[] = companies.map(one => one)
  const weights = companies.map(one => [one, Math.sqrt(one.company.employees)] as const)
  while (all.length < count)
    all.push(
      chance.happens(0.6)
        ? chance.weighted(weights)
        : { company: undefined, region: chance.weighted(weightedRegions) },
    )
  return all
}

export function makeLives(
  chance: Chance,
  span: Span,
  { companies, count }: { companies: ReturnType<typeof makeCompanies>; count: number },
): Life[] {
  const phones = phoneNumbers(chance.fork('phones'))
  return homes(chance.fork('homes'), companies, count).map((home, index) => {
    const person = makePerson(chance, home, { index, phones })
    const life = lifeOf(chance, span, { person, works: home.company !== undefined })
    person.customer_since = dateOf(life.since)
    return life
  })
}

function makePerson(
  chance: Chance,
  { company, region }: Home,
  { index, phones }: { index: number; phones: ReturnType<typeof phoneNumbers> },
): SamplePerson {
  const [given_name, family_name] = [givenName(chance, region.country), familyName(chance, region.country)]
  const host = company?.domain ?? chance.pick(['example.com', 'example.net', 'example.org'])
  return {
    key: `LC-${10_001 + index}`,
    given_name,
    family_name,
    email: `${plain(given_name)}.${plain(family_name)}.${index + 1}@${host}`,
    phone: chance.happens(0.62) ? phones(region.country) : undefined,
    job_title: company && chance.pick(jobTitles),
    company: company?.key,
    city: company?.city ?? chance.pick(region.cities),
    region: region.name,
    country: region.country,
    language: { GB: 'en', DE: 'de', FR: 'fr' }[region.country],
    customer_since: '',
    last_order_on: undefined,
    follow_up: undefined,
    set_up: undefined,
    tags: [],
  }
}

/** Half were customers when the record begins; some come later, and some leave. */
function lifeOf(
  chance: Chance,
  { first, today }: Span,
  { person, works }: { person: SamplePerson; works: boolean },
): Life {
  const since = chance.happens(0.5) ? first - chance.int(10, 1400) : chance.int(first + 5, today - 25)
  const leaves = chance.happens(0.16)
  const until = leaves ? Math.max(since, first) + chance.int(40, 420) : today + 10_000
  return {
    person,
    since,
    until,
    pace: Math.min(6, 0.105 * chance.pareto(1.3)),
    basket_minor: Math.round((works ? 5200 : 2300) * Math.min(12, chance.pareto(1.8))),
    mood: Math.max(-1, Math.min(1, 0.42 + 0.38 * chance.normal() - (leaves ? 0.4 : 0))),
    habit: chance.weighted([
      ['web', 44],
      ['app', 26],
      ['phone', 10],
      ['shop', 12],
      ['partner', 8],
    ]),
  }
}
