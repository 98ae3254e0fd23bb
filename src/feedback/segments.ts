import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { CatalogueField } from '../records/catalogue.contract.ts'
import type { Filter } from '../records/filter.contract.ts'
import { filterCondition, getKind } from '../records/index.ts'
import { findKind } from '../records/kind.contract.ts'
import { type AskedSurveys, isGuarded } from './asked-surveys.ts'
import { answers, type Population } from './population.ts'
import { says } from './says.ts'
import { workspaceFacts } from './surveys.ts'

// What answers can be told apart by: the place and touchpoint they carry, or a field of the person or company, of those that the
// reader may see. Of people whom the reader may not see the field is not known.

export type Label = Record<string, string>

export interface SegmentField {
  by: string
  label: Label
}

export interface Segmenting {
  /** Its joins, and which questions count. */
  population: Population
  /** The segment of an answer, as text; null where it is not known. */
  group: RawBuilder<unknown>
  labels: ReadonlyMap<string, Label>
  /** Of texts the form by which the filter compares them; null of one that says nothing. Elsewhere each is a segment of its own. */
  formsOf?: ((texts: readonly (string | null)[]) => Promise<(string | null)[]>) | undefined
  /** The segment as a filter over people, where one says it. */
  filterOf?: ((value: string) => Filter | undefined) | undefined
}

const grouping: ReadonlySet<string> = new Set([
  'text',
  'number',
  'money',
  'boolean',
  'date',
  'date_time',
  'option',
  'country',
  'member',
])
// What names one person makes no group.
const naming: ReadonlySet<string> = new Set([
  'name',
  'given_name',
  'family_name',
  'external_id',
  'domain',
  'id',
])

const isGrouping = (field: CatalogueField): boolean =>
  grouping.has(field.type) && !naming.has(field.key) && !field.unique && field.filterable

/** A kind that the reader may not read at all has no fields. */
async function fieldsOf(ctx: Ctx, kind: 'person' | 'company'): Promise<CatalogueField[]> {
  const { read } = ctx.principal.kinds[kind] ?? ctx.principal.kinds['*'] ?? { read: 'none' }
  return read === 'none' ? [] : (await getKind(ctx, kind)).fields.filter(isGrouping)
}

export async function segmentFields(ctx: Ctx): Promise<SegmentField[]> {
  const of = async (kind: 'person' | 'company') =>
    (await fieldsOf(ctx, kind)).map(field => ({ by: `${kind}.${field.key}`, label: { ...field.label } }))
  return [...(await of('person')), ...(await of('company'))]
}

/** The population by a field; `by` as segmentFields names it, or place or touchpoint. */
export async function segmentsBy(
  ctx: Ctx,
  asked: AskedSurveys,
  population: Population,
  by: string,
): Promise<Segmenting> {
  if (by === 'place') return { population, group: sql`a.place`, labels: new Map() }
  if (by === 'touchpoint')
    return {
      population: { ...population, every_question: true },
      group: sql`a.touchpoint`,
      labels: new Map(),
    }
  const [kind = '', ...rest] = by.split('.')
  const key = rest.join('.')
  const known = kind === 'person' || kind === 'company' ? await fieldsOf(ctx, kind) : []
  const field = known.find(one => one.key === key)
  if (!field || (kind !== 'person' && kind !== 'company'))
    throw fail('invalid', {
      code: 'unknown_field',
      detail: says.no_field_to_cut({ field: by.slice(0, 60) }),
    })
  if (asked.surveys.length > 0 && asked.surveys.every(survey => survey.anonymity === 'anonymous'))
    throw fail('invalid', {
      code: 'survey_is_anonymous',
      detail: says.only_place_or_touchpoint(),
    })
  const joined = { ...population, joins: await joinsOf(ctx, kind, population) }
  const everybody = isGuarded(asked.surveys) ? await everybodyOf(ctx, kind) : undefined
  return { population: joined, ...(await groupOf(ctx, joined, { kind, field, everybody })) }
}

/** The person as seg_p, the company as seg_w; those the reader may not see stay out. */
async function joinsOf(ctx: Ctx, kind: 'person' | 'company', { joins }: Population) {
  const seen = (of: 'person' | 'company', alias: string) =>
    filterCondition(ctx, { kind: of, filter: '', alias })
  const person = sql`${joins ?? sql``}
    left join person seg_p on seg_p.workspace_id = ${ctx.workspace_id} and seg_p.id = coalesce(m.root_id, a.person_id)
      and ${await seen('person', 'seg_p')}`
  if (kind === 'person') return person
  return sql`${person}
    left join company seg_c on seg_c.workspace_id = ${ctx.workspace_id} and seg_c.id = seg_p.company_id
    left join company seg_w on seg_w.workspace_id = ${ctx.workspace_id} and seg_w.id = seg_c.root_id
      and ${await seen('company', 'seg_w')}`
}

/** All records that the reader may see, under the alias of their kind. */
async function everybodyOf(ctx: Ctx, kind: 'person' | 'company'): Promise<RawBuilder<unknown>> {
  const alias = kind === 'person' ? 'seg_p' : 'seg_w'
  return sql`${sql.ref(kind)} ${sql.ref(alias)} where ${sql.ref(`${alias}.workspace_id`)} = ${ctx.workspace_id}
    and ${await filterCondition(ctx, { kind, filter: '', alias })}`
}

interface Grouped {
  kind: 'person' | 'company'
  field: CatalogueField
  /** Of a guarded survey, whose cuts would otherwise be values of people who answered. */
  everybody: RawBuilder<unknown> | undefined
}

async function groupOf(
  ctx: Ctx,
  population: Population,
  { kind, field, everybody }: Grouped,
): Promise<Omit<Segmenting, 'population'>> {
  const path = kind === 'company' ? `company.${field.key}` : field.key
  const value = valueOf(kind, field)
  const labels = new Map((field.options ?? []).map(option => [option.id, { ...option.label }] as const))
  if (field.type === 'number' || field.type === 'money')
    return quartiles(ctx, population, { path, value, everybody })
  const ofYear = (year: string): Filter => ({
    field: path,
    op: 'between',
    value: [`${year}-01-01`, `${year}-12-31`],
  })
  if (field.type === 'date')
    return { group: sql`to_char((${value})::date, 'YYYY')`, labels, filterOf: ofYear }
  if (field.type === 'date_time') {
    const { time_zone } = await workspaceFacts(ctx)
    return {
      group: sql`to_char((${value})::timestamptz at time zone ${time_zone}, 'YYYY')`,
      labels,
      filterOf: ofYear,
    }
  }
  const isTrue = field.type === 'boolean'
  return {
    group: sql`nullif(btrim((${value})::text), '')`,
    labels,
    ...(field.type === 'text' ? { formsOf: texts => formsOf(ctx, field, texts) } : {}),
    filterOf: one => ({ field: path, op: 'eq', value: isTrue ? one === 'true' : one }),
  }
}

function valueOf(kind: 'person' | 'company', { key, id }: CatalogueField): RawBuilder<unknown> {
  const alias = kind === 'person' ? 'seg_p' : 'seg_w'
  if (id !== undefined) return sql`${sql.ref(`${alias}.custom`)} ->> ${key.slice('custom.'.length)}::text`
  const column = findKind(kind)?.fields.find(one => one.key === key)?.column ?? key
  return sql.ref(`${alias}.${column}`)
}

async function formsOf(
  ctx: Ctx,
  { id }: CatalogueField,
  texts: readonly (string | null)[],
): Promise<(string | null)[]> {
  const normal = sql`rapport.normal(text)`
  // A field of one's own is compared by its index, which ends there.
  const form = id === undefined ? normal : sql`left(${normal}, 500)`
  const { rows } = await sql<{ forms: (string | null)[] | null }>`
    select array_agg(nullif(${form}, '') order by place) as forms
    from unnest(${texts}::text[]) with ordinality given (text, place)`.execute(ctx.db)
  return rows[0]?.forms ?? []
}

/** Numbers in four parts of as many answers each, or as many records, as far as equal values allow. */
async function quartiles(
  ctx: Ctx,
  population: Population,
  {
    path,
    value,
    everybody,
  }: { path: string; value: RawBuilder<unknown>; everybody: RawBuilder<unknown> | undefined },
) {
  const number = sql`(${value})::float8`
  const numbers = everybody
    ? sql`select ${number} as number from ${everybody}`
    : answers(ctx, population, sql`${number} as number`)
  const { rows } = await sql<{ low: number | null; high: number | null; cuts: number[] | null }>`
    select min(number) as low, max(number) as high, percentile_disc(array[0.25, 0.5, 0.75]) within group (order by number) as cuts
    from (${numbers}) numbered`.execute(ctx.db)
  const { low = null, high = null, cuts = null } = rows[0] ?? {}
  if (low === null || high === null || cuts === null)
    return { group: sql`null`, labels: new Map<string, Label>() }
  const ends = [...new Set([...cuts, high])]
  const labels = ends.map((end, index) => {
    const start = index === 0 ? low : ends[index - 1]
    return [String(index + 1), { number: `${start}..${end}` }] as const
  })
  const cases = ends.map((end, index) => sql`when ${number} <= ${end} then ${String(index + 1)}`)
  return {
    group: sql`case ${sql.join(cases, sql` `)} end`,
    labels: new Map<string, Label>(labels),
    filterOf: rangeOf(path, low, ends),
  }
}

/** One of the parts, its lower end being the part before's. */
const rangeOf =
  (path: string, low: number, ends: readonly number[]) =>
  (part: string): Filter | undefined => {
    const index = Number(part) - 1
    const [start = low, end] = [ends[index - 1], ends[index]]
    if (end === undefined) return undefined
    if (index === 0 || start === end) return { field: path, op: 'between', value: [start, end] }
    return {
      and: [
        { field: path, op: 'gt', value: start },
        { field: path, op: 'lte', value: end },
      ],
    }
  }

/** The answers of a segment, by every text that is meant by it, or those of none of these. */
export function inSegment(
  { population, group }: Segmenting,
  texts: readonly (string | null)[],
  { beside = false } = {},
): Population {
  const own = sql`(${group})::text`
  const given = texts.filter(text => text !== null)
  const isOne = texts.includes(null)
    ? sql<SqlBool>`(${own} is null or ${own} = any (${given}::text[]))`
    : sql<SqlBool>`coalesce(${own} = any (${given}::text[]), false)`
  return { ...population, segment: beside ? sql<SqlBool>`not ${isOne}` : isOne }
}
