import { dateOf, dayOf } from './calendar.ts'
import type { Life, Span } from './customers.ts'
import type { SampleCompany, SamplePerson, SampleRelation } from './model.ts'
import { regions } from './names.ts'
import type { Chance } from './random.ts'

// Who is what to whom, and what everybody is tagged with. A stream of chance of its own: it shifts nothing else.

interface World {
  companies: readonly SampleCompany[]
  lives: readonly Life[]
}

const formerRoles = ['Assistant', 'Office manager', 'Buyer', 'Team lead', 'Trainee'] as const
const buyerRoles = ['Head of Purchasing', 'Buyer', 'Orders the coffee'] as const
const leads = new Set<string | undefined>(['Managing director', 'Head of operations'])

export function tieTogether(chance: Chance, span: Span, { companies, lives }: World): SampleRelation[] {
  const people = lives.map(({ person }) => person)
  const staff = Map.groupBy(
    people.filter(person => person.company !== undefined),
    person => person.company ?? '',
  )
  return [
    ...careers(chance.fork('careers'), span, people, companies),
    ...buyers(chance.fork('buyers'), span, { companies, staff, lives }),
    ...[...staff.values()].flatMap(reporting),
    ...households(chance.fork('households'), people),
    ...groups(chance.fork('groups'), companies),
  ]
}

/** Since when everybody is where they are, and for some where they were before. */
function careers(
  chance: Chance,
  { today }: Span,
  people: readonly SamplePerson[],
  companies: readonly SampleCompany[],
): SampleRelation[] {
  return people.flatMap(({ key, company, customer_since }) => {
    if (company === undefined) return []
    const began = Math.min(dayOf(customer_since), today - 30) - chance.int(0, 2200)
    const now: SampleRelation = { type: 'works_at', person: key, company, from_on: dateOf(began) }
    const before = chance.pick(companies).key
    if (!chance.happens(0.13) || before === company) return [now]
    const [from, to] = [began - chance.int(400, 2400), began - chance.int(0, 60)]
    const role = chance.pick(formerRoles)
    const was = { type: 'works_at' as const, person: key, company: before, role }
    return [now, { ...was, from_on: dateOf(from), to_on: dateOf(to) }]
  })
}

/** Somebody buys for every company, now and then from outside; some did before. */
function buyers(
  chance: Chance,
  { today }: Span,
  { companies, staff, lives }: World & { staff: ReadonlyMap<string, readonly SamplePerson[]> },
): SampleRelation[] {
  const outside = lives.filter(({ person }) => person.company === undefined)
  return companies.flatMap(({ key }) => {
    const here = staff.get(key) ?? []
    const person = here.find(one => one.job_title === 'Purchasing manager') ?? here[0]
    if (person === undefined) return []
    const began = today - chance.int(60, 1500)
    const buys = (by: string, role: string) => ({ type: 'buys_for' as const, person: by, company: key, role })
    const now: SampleRelation = { ...buys(person.key, chance.pick(buyerRoles)), from_on: dateOf(began) }
    const more: SampleRelation[] = []
    if (chance.happens(0.12)) more.push(buys(chance.pick(outside).person.key, 'Buys on its behalf'))
    const former = here.find(one => one !== person)
    if (former && chance.happens(0.25)) {
      const period = { from_on: dateOf(began - chance.int(300, 1200)), to_on: dateOf(began) }
      more.push({ ...buys(former.key, chance.pick(buyerRoles)), ...period })
    }
    return [now, ...more]
  })
}

function reporting(staff: readonly SamplePerson[]): SampleRelation[] {
  const lead = staff.find(one => leads.has(one.job_title))
  if (lead === undefined) return []
  return staff
    .filter(one => one !== lead)
    .slice(0, 6)
    .map(one => ({ type: 'reports_to', person: one.key, other: lead.key }))
}

/** Two or three who order for the same kitchen. */
function households(chance: Chance, people: readonly SamplePerson[]): SampleRelation[] {
  return regions.flatMap(region => {
    const there = people.filter(one => one.company === undefined && one.region === region.name)
    const mixed = chance.shuffle(there)
    return Array.from({ length: Math.floor(mixed.length / 12) }, (_, index) => {
      const home = mixed.slice(3 * index, 3 * index + (chance.happens(0.3) ? 3 : 2))
      return home.flatMap((one, place) =>
        home
          .slice(place + 1)
          .map((other): SampleRelation => ({ type: 'household', person: one.key, other: other.key })),
      )
    }).flat()
  })
}

/** A few large ones own small ones. */
function groups(chance: Chance, companies: readonly SampleCompany[]): SampleRelation[] {
  const bySize = companies.toSorted((one, other) => other.employees - one.employees)
  const small = chance.shuffle(bySize.slice(60))
  return bySize
    .slice(0, 10)
    .flatMap((parent, index) =>
      small
        .slice(3 * index, 3 * index + chance.int(1, 3))
        .map((one): SampleRelation => ({ type: 'parent_company', company: one.key, other: parent.key })),
    )
}

/** What an account manager would tag: who decides, who has friends among us, who pays most. */
export function tagged(chance: Chance, { companies, lives }: World): Map<string, string[]> {
  const most = companies.toSorted((one, other) => other.annual_value_minor - one.annual_value_minor)
  const keyAccounts = new Set(most.slice(0, 30).map(({ key }) => key))
  const tags = new Map<string, string[]>()
  for (const { key, employees } of companies) {
    const own = keyAccounts.has(key) ? ['Key account'] : []
    if (employees < 30) own.push('Small office')
    if (chance.happens(0.07)) own.push('Price talks')
    tags.set(key, own)
  }
  for (const { person, mood } of lives) {
    const own = leads.has(person.job_title) ? ['Decision maker'] : []
    if (mood > 0.85) own.push('Recommends us')
    if (chance.happens(0.05)) own.push('Met at the fair')
    tags.set(person.key, own)
  }
  return tags
}
