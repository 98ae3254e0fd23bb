import * as fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import { contactKind, firmKind, type RecordsCast, startRecordsCast } from '../testing/records-cast.ts'
import { loadCatalogue } from './catalogue.ts'
import type { Condition, Filter, Operator, Scalar } from './filter.contract.ts'
import { checkFilter } from './filter-check.contract.ts'
import { matches, type PlainRecord, plainNormal } from './filter-naive.ts'
import { printFilter } from './filter-print.contract.ts'
import type { Kind } from './kind.contract.ts'
import { listRecords } from './list.ts'

// The compiler against the naive evaluator, on a real database: any filter must find the same records both ways.

let cast: RecordsCast
const contacts: PlainRecord[] = []
const firms: PlainRecord[] = []

let seed = 7
const random = (below: number) => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return Math.floor((seed / 2_147_483_648) * below)
}
const pick = <T>(choices: readonly T[]): T => choices[random(choices.length)] as T

const names = [
  'Ann Müller',
  'anna',
  'Bob',
  'ÉMILE  Zola',
  'Straße',
  'Ægir',
  'Zoë',
  'a%b',
  'a_b',
  "O'Neil \\",
  'ann',
  'Łukasz',
]
const industries = ['Retail', 'retail', 'Möbel', 'IT', '', null]
const phones = ['+49 30 1234', '+49301234', '030/999', null]
const days = ['2026-01-31', '2026-02-28', '1999-12-31', null]
const instants = [
  '2026-03-28T23:00:00.000Z',
  '2026-03-29T00:59:59.999Z',
  '2026-03-02T09:00:00.000Z',
  '2026-02-28T23:00:00.000Z',
  null,
]
const options = ['gold', 'iron', null]
const customFields = [
  { key: 'nickname', type: 'text', values: names },
  { key: 'score', type: 'number', values: [1, 2.5, -3, 1e12, 0] },
  { key: 'since', type: 'date', values: days.filter(day => day !== null) },
  { key: 'met_at', type: 'date_time', values: instants.filter(instant => instant !== null) },
  { key: 'tier', type: 'option', values: ['a', 'b'] },
  { key: 'topics', type: 'options', values: [['a'], ['a', 'b'], [], ['c']] },
  { key: 'notes', type: 'long_text', values: names },
  { key: 'agreed', type: 'boolean', values: [true, false] },
  { key: 'fax', type: 'phone', values: phones.filter(phone => phone !== null) },
] as const

async function makeFields(ctx: Ctx) {
  for (const [position, { key, type }] of customFields.entries()) {
    const choices = ['a', 'b', 'c'].map(id => ({ id, label: { en: `Option ${id}` } }))
    await ctx.db
      .insertInto('field')
      .values({
        workspace_id: ctx.workspace_id,
        id: newId(),
        kind: 'contact',
        key,
        type,
        label: JSON.stringify({ en: key }),
        options: JSON.stringify(type === 'option' || type === 'options' ? choices : []),
        privacy_class: 'internal',
        position,
      })
      .execute()
  }
}

async function insert(ctx: Ctx, table: string, row: Record<string, unknown>) {
  const entries = Object.entries(row)
  await sql`insert into ${sql.table(table)} (${sql.join(entries.map(([name]) => sql.ref(name)))})
    values (${sql.join(entries.map(([, value]) => value))})`.execute(ctx.db)
}

async function makeFirm(ctx: Ctx) {
  const values = {
    name: pick(names),
    industry: pick(industries),
    employees: pick([1, 50, 200, null]),
    country: pick(['DE', 'AT', null]),
  }
  const firm: PlainRecord = { id: newId(), values, related: { contacts: [] } }
  firms.push(firm)
  await insert(ctx, 'firm', { workspace_id: ctx.workspace_id, id: firm.id, ...values })
}

async function makeContact(ctx: Ctx, index: number) {
  const firm = index % 4 === 0 ? undefined : pick(firms)
  const values = {
    name: pick(names),
    email: index % 3 === 0 ? null : `${pick(['ann', 'Bob', 'zoë'])}${index}@Example.com`,
    phone: pick(phones),
    born_on: pick(days),
    seen_at: pick(instants),
    vip: pick([true, false, null]),
    level: pick(options),
    salary: pick([0, 1000.5, -1, null]),
    firm_id: firm?.id ?? null,
  }
  const custom = Object.fromEntries(
    customFields.filter(() => random(3) > 0).map(field => [field.key, pick<unknown>(field.values)]),
  )
  const contact: PlainRecord = {
    id: newId(),
    values: {
      ...values,
      created_at: ctx.now,
      ...Object.fromEntries(Object.entries(custom).map(([key, value]) => [`custom.${key}`, value])),
    },
    related: { firm: firm ? [firm] : [] },
  }
  const into = index % 25 === 24 ? pick(contacts).id : null
  if (into === null) {
    contacts.push(contact)
    firm?.related?.['contacts']?.push(contact)
  }
  await insert(ctx, 'contact', {
    workspace_id: ctx.workspace_id,
    id: contact.id,
    merged_into: into,
    created_at: ctx.now,
    custom: JSON.stringify(custom),
    ...values,
  })
}

beforeAll(async () => {
  cast = await startRecordsCast()
  await cast.as({}, async ctx => {
    await makeFields(ctx)
    for (let index = 0; index < 12; index += 1) await makeFirm(ctx)
    for (let index = 0; index < 150; index += 1) await makeContact(ctx, index)
    // What must never be found: a deleted one, and another workspace's.
    await insert(ctx, 'contact', {
      workspace_id: ctx.workspace_id,
      id: newId(),
      name: 'ann',
      deleted_at: ctx.now,
    })
  })
  await cast.as({ workspace_id: cast.other_workspace_id }, ctx =>
    insert(ctx, 'contact', { workspace_id: ctx.workspace_id, id: newId(), name: 'ann' }),
  )
})
afterAll(() => cast.close())

const textValues = fc.oneof(
  fc.constantFrom(
    'ann',
    'ANN',
    'muller',
    'Müller',
    'e',
    'a%',
    'a_b',
    '\\',
    'strasse',
    'zoe',
    'emile zola',
    'retail',
    'x',
    "'",
  ),
  fc
    .string({ maxLength: 3, unit: fc.constantFrom('a', 'ä', 'n', 'z', 'ß', '%', '_', '\\', ' ') })
    .filter(text => text.trim() !== ''),
)
const numbers = fc.constantFrom(0, 1, 2.5, 50, 200, -3, 1e12, 1000.5, 1e300)
const moments: fc.Arbitrary<Scalar> = fc.constantFrom(
  '2026-01-31',
  '2026-03-29',
  '2026-03-29T00:00',
  '2026-03-29T00:59:59.999Z',
  { base: 'today' } as const,
  { base: 'now' } as const,
  { base: 'month', shift: -1, unit: 'month' } as const,
  { base: 'today', shift: -2, unit: 'day' } as const,
)

const leaf = (fields: string[], ops: Operator[], value: fc.Arbitrary<Scalar>): fc.Arbitrary<Condition> =>
  fc
    .tuple(
      fc.constantFrom(...fields),
      fc.constantFrom(...ops),
      fc.array(value, { minLength: 2, maxLength: 2 }),
    )
    .map(([field, op, values]): Condition => {
      if (op === 'empty' || op === 'not_empty') return { field, op }
      if (op === 'in' || op === 'between') return { field, op, value: values }
      return { field, op, value: values[0] }
    })

const text: Operator[] = ['eq', 'ne', 'in', 'contains', 'starts_with', 'empty', 'not_empty']
const ordered: Operator[] = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'between', 'empty', 'not_empty']
const contactLeaves = fc.oneof(
  leaf(['name', 'custom.nickname', 'firm.name', 'firm.industry'], [...text, ...ordered], textValues),
  leaf(['email', 'firm.contacts.email'], text, textValues),
  leaf(['custom.notes'], ['contains', 'empty', 'not_empty'], textValues),
  leaf(['phone', 'custom.fax'], text, fc.constantFrom('1234', '+49 30', '0', '+49301234')),
  leaf(['born_on', 'seen_at', 'custom.since', 'custom.met_at'], ordered, moments),
  leaf(['salary', 'custom.score', 'firm.employees'], [...ordered, 'in'], numbers),
  leaf(['vip', 'custom.agreed'], ['eq', 'ne', 'empty', 'not_empty'], fc.boolean()),
  leaf(['level'], ['eq', 'ne', 'in', 'empty'], fc.constantFrom('gold', 'Iron')),
  leaf(
    ['custom.tier', 'firm.contacts.custom.tier'],
    ['eq', 'ne', 'in', 'empty'],
    fc.constantFrom('a', 'option b', 'c'),
  ),
  leaf(['custom.topics'], ['contains', 'in', 'empty', 'not_empty'], fc.constantFrom('a', 'b', 'c')),
  leaf(['firm.country'], ['eq', 'ne', 'in', 'empty'], fc.constantFrom('DE', 'at', 'FR')),
)
const filters = fc.letrec<{ node: Filter }>(tie => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { arbitrary: contactLeaves, weight: 3 },
    { arbitrary: fc.record({ and: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }), weight: 1 },
    { arbitrary: fc.record({ or: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }), weight: 1 },
    { arbitrary: fc.record({ not: tie('node') }), weight: 1 },
  ),
})).node

async function listAll(
  ctx: Ctx,
  kind: Kind,
  input: { filter?: string | Filter; sort?: string; limit: number },
) {
  const found: string[] = []
  let after: string | undefined
  do {
    const page = await listRecords(ctx, kind, { ...input, after })
    found.push(...page.items.map(item => item.id))
    after = page.next ?? undefined
  } while (after !== undefined)
  return found
}

async function naive(ctx: Ctx, kind: Kind, all: PlainRecord[], filter: Filter): Promise<string[]> {
  const checked = checkFilter(await loadCatalogue(ctx), kind.name, filter, {
    time_zone: 'Europe/Berlin',
    now: ctx.now,
    member_id: null,
  })
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems))
  return all.filter(record => matches(record, checked.filter)).map(record => record.id)
}

describe('any filter', () => {
  it('finds the same contacts in PostgreSQL as in plain memory', async () => {
    let hits = 0
    await cast.as({}, ctx =>
      fc.assert(
        fc.asyncProperty(filters, async filter => {
          const found = await listAll(ctx, contactKind, { filter, limit: 50 })
          const wanted = await naive(ctx, contactKind, contacts, filter)
          expect(found.toSorted(), printFilter(filter)).toEqual(wanted.toSorted())
          if (found.length > 0 && found.length < contacts.length) hits += 1
        }),
        { numRuns: 600 },
      ),
    )
    // A test that only ever finds nothing or everything proves nothing.
    expect(hits).toBeGreaterThan(200)
  })

  it('means the same as a tree and as text', async () => {
    await cast.as({}, ctx =>
      fc.assert(
        fc.asyncProperty(filters, async filter => {
          const asText = await listAll(ctx, contactKind, { filter: printFilter(filter), limit: 200 })
          expect(asText).toEqual(await listAll(ctx, contactKind, { filter, limit: 200 }))
        }),
        { numRuns: 60 },
      ),
    )
  })

  it('reaches from firms to their contacts', async () => {
    const filter: Filter = {
      and: [
        { field: 'contacts.email', op: 'contains', value: 'ann' },
        { not: { field: 'contacts.vip', op: 'eq', value: true } },
      ],
    }
    await cast.as({}, async ctx => {
      const found = await listAll(ctx, firmKind, { filter, limit: 3 })
      expect(found.toSorted()).toEqual((await naive(ctx, firmKind, firms, filter)).toSorted())
    })
  })
})

describe('a sorted list', () => {
  const sorts = [
    'name',
    '-name',
    'seen_at,-name',
    '-seen_at,name',
    'custom.score',
    '-custom.nickname,vip',
    'vip,-born_on,email',
    '-custom.met_at',
    'level,-custom.tier,-salary',
    'phone',
  ]
  it.each(sorts)('by %s pages through every record once, empty values last', async sort => {
    await cast.as({}, async ctx => {
      const whole = await listAll(ctx, contactKind, { sort, limit: 200 })
      expect(new Set(whole).size).toBe(contacts.length)
      for (const limit of [1, 7, 60]) expect(await listAll(ctx, contactKind, { sort, limit })).toEqual(whole)
      expect(whole.map(id => keysOf(id, sort))).toEqual(whole.map(id => keysOf(id, sort)).sort(byKeys(sort)))
    })
  })

  const keysOf = (id: string, sort: string) => {
    const record = contacts.find(one => one.id === id)
    return sort.split(',').map(part => {
      const value = record?.values[part.replace('-', '')]
      if (value === undefined || value === null || value === '') return null
      if (/score|salary|vip/.test(part)) return Number(value)
      const text = value instanceof Date ? value.toISOString() : (value as string)
      if (/phone/.test(part)) return text.replace(/\D/g, '')
      return /name|email/.test(part) ? plainNormal(text) : text
    })
  }
  type Keys = (string | number | null)[]
  const byKeys = (sort: string) => (left: Keys, right: Keys) => {
    for (const [index, part] of sort.split(',').entries()) {
      const [a, b] = [left[index] ?? null, right[index] ?? null]
      if (a === b) continue
      if (a === null) return 1
      if (b === null) return -1
      const order =
        typeof a === 'number' ? a - Number(b) : Buffer.compare(Buffer.from(a), Buffer.from(String(b)))
      if (order !== 0) return part.startsWith('-') ? -order : order
    }
    return 0
  }
})
