import { sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../../core/ctx.ts'
import { companyKind, personKind } from '../../customers/customers.contract.ts'
import { beginningOf } from '../../feedback/days.contract.ts'
import { listResponses, measureOf, surveysAsked } from '../../feedback/index.ts'
import { measure } from '../../feedback/measure.contract.ts'
import { measureResponses } from '../../feedback/responses.contract.ts'
import { startOfDay } from '../../records/filter-dates.contract.ts'
import { countRecords, listRecords } from '../../records/index.ts'
import { dateOf, dayOf } from './generate/calendar.ts'
import { troubledRegion } from './generate/names.ts'
import { incidentOf } from './generate/stories.ts'
import { recordsOf } from './ledger.ts'
import type { SampleStories, StoryScore } from './sample.contract.ts'
import { sampleRow } from './sample.ts'
import { type FieldKeys, findFieldKeys } from './sample-fields.ts'

// What there is to discover, in figures of today: each comes from the same rule as the page that its link opens, with the
// rights of whoever looks. Nothing is known here but where to look.

interface Telling {
  today: string
  time_zone: string
  currency: string
  keys: FieldKeys
  surveys: ReadonlyMap<string, string>
}

const nothing: SampleStories = { incident: null, set_up: null, call_backs: null, renewals: null }

export async function sampleStories(ctx: Ctx): Promise<SampleStories> {
  const row = await sampleRow(ctx)
  if (row?.status !== 'loaded') return nothing
  const keys = await findFieldKeys(ctx)
  const surveys = await recordsOf(ctx, 'survey')
  if (!keys) return nothing
  const place = await ctx.db
    .selectFrom('workspace')
    .select(['time_zone', 'currency'])
    .where('id', '=', ctx.workspace_id)
    .executeTakeFirstOrThrow()
  const telling: Telling = { today: row.today, keys, surveys, ...place }
  return {
    incident: await incident(ctx, telling),
    set_up: await setUp(ctx, telling),
    call_backs: await callBacks(ctx, telling),
    renewals: await renewals(ctx, telling),
  }
}

async function scoreOf(ctx: Ctx, query: z.input<typeof measure.query>): Promise<StoryScore> {
  const { score, n } = await measureOf(ctx, 'nps', measure.query.parse(query))
  return { score, n: n ?? 0 }
}

async function incident(
  ctx: Ctx,
  { today, surveys, time_zone }: Telling,
): Promise<SampleStories['incident']> {
  const survey_id = surveys.get('delivery')
  if (survey_id === undefined) return null
  const { first, last } = incidentOf({ first: 0, today: dayOf(today) })
  const filter = `region = "${troubledRegion}"`
  const midnight = (day: number) => new Date(startOfDay(dateOf(day), time_zone))
  const score = (from: number, to: number) =>
    scoreOf(ctx, {
      survey_id,
      filter,
      from: midnight(from).toISOString(),
      to: midnight(to).toISOString(),
    })
  return {
    survey_id,
    region: troubledRegion,
    filter,
    from: dateOf(first),
    to: dateOf(last),
    week: dateOf(first + 7),
    late: await lateDeliveries(ctx, { from: midnight(first), to: midnight(last + 1) }),
    before: await score(first - 56, first),
    during: await score(first, last + 1),
    in_week: await score(first + 7, first + 14),
    after: await score(last + 22, last + 78),
  }
}

async function lateDeliveries(ctx: Ctx, { from, to }: { from: Date; to: Date }): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from interaction i
    join identifier_person o on o.workspace_id = i.workspace_id and o.identifier_id = i.identifier_id
      and o.retracted_at is null and i.occurred_at >= o.valid_from and i.occurred_at < o.valid_to
    join person p on p.workspace_id = o.workspace_id and p.id = o.root_id
    where i.workspace_id = ${ctx.workspace_id} and i.kind = 'delivery' and i.name = 'Delivered late'
      and i.occurred_at >= ${from} and i.occurred_at < ${to}
      and p.region = ${troubledRegion} and p.deleted_at is null`.execute(ctx.db)
  return rows[0]?.n ?? 0
}

async function setUp(ctx: Ctx, { keys, surveys }: Telling): Promise<SampleStories['set_up']> {
  const survey_id = surveys.get('set_up')
  if (survey_id === undefined) return null
  const filter = `custom.${keys.set_up} = "with_support"`
  const query = measureResponses.query.parse({ survey_id, filter, band: 'detractors', limit: 60 })
  const { items } = await listResponses(ctx, await surveysAsked(ctx, query), { ...query, counted: 'true' })
  const told = items.find(one => one.person !== null && one.comment !== null) ?? items[0]
  return {
    survey_id,
    filter,
    with_support: await scoreOf(ctx, { survey_id, filter }),
    alone: await scoreOf(ctx, { survey_id, filter: `custom.${keys.set_up} = "alone"` }),
    views: await viewsOfTheStep(ctx, keys),
    person: told?.person ?? null,
  }
}

async function viewsOfTheStep(ctx: Ctx, keys: FieldKeys): Promise<number> {
  const { rows } = await sql<{ views: number | null }>`
    select round(count(*)::numeric / nullif(count(distinct p.id), 0), 1) as views
    from person p
    join identifier_person o on o.workspace_id = p.workspace_id and o.root_id = p.id and o.retracted_at is null
    join interaction i on i.workspace_id = p.workspace_id and i.identifier_id = o.identifier_id
      and i.name = 'Set-up: connect to Wi-Fi'
    where p.workspace_id = ${ctx.workspace_id} and p.deleted_at is null
      and p.custom ->> ${keys.set_up}::text = 'with_support'`.execute(ctx.db)
  return rows[0]?.views ?? 0
}

async function callBacks(ctx: Ctx, { keys }: Telling): Promise<SampleStories['call_backs']> {
  const called = `custom.${keys.follow_up} = "called_back"`
  const silent = `custom.${keys.follow_up} = "not_called_back"`
  const lately = ` and custom.${keys.last_order_on} >= today - 90 days`
  const filters = {
    called,
    called_bought: called + lately,
    silent,
    silent_bought: silent + lately,
  }
  const count = async (filter: string) => (await countRecords(ctx, personKind, { filter })).count
  return {
    called: { people: await count(filters.called), bought: await count(filters.called_bought) },
    silent: { people: await count(filters.silent), bought: await count(filters.silent_bought) },
    filters,
  }
}

async function renewals(
  ctx: Ctx,
  { keys, surveys, time_zone, currency }: Telling,
): Promise<SampleStories['renewals']> {
  const survey_id = surveys.get('relationship')
  if (survey_id === undefined) return null
  const soon = (prefix: string) =>
    `${prefix}custom.${keys.renewal_on} >= today and ${prefix}custom.${keys.renewal_on} <= today + 90 days`
  const query = measureResponses.query.parse({
    survey_id,
    filter: soon('company.'),
    band: 'detractors',
    from: beginningOf('12m', ctx.now, time_zone).toISOString(),
    limit: 200,
  })
  const asked = await surveysAsked(ctx, query)
  const { items } = await listResponses(ctx, asked, { ...query, counted: 'true' })
  const people = await customerNumbers(
    ctx,
    items.flatMap(({ person }) => person?.id ?? []),
  )
  if (people.length === 0) return null
  const companies_filter = `${soon('')} and people.external_id in (${people.map(number => `"${number}"`).join(', ')})`
  const { items: companies } = await listRecords(ctx, companyKind, { filter: companies_filter, limit: 200 })
  return {
    survey_id,
    people: items.length,
    companies: companies.length,
    amount_minor: companies.reduce((sum, { custom }) => sum + Number(custom[keys.annual_value] ?? 0), 0),
    currency,
    people_filter: soon('company.'),
    companies_filter,
    columns: `name,custom.${keys.annual_value},custom.${keys.renewal_on},industry,country`,
    sort: `-custom.${keys.annual_value}`,
  }
}

/** What the filter of a list can name them by. */
async function customerNumbers(ctx: Ctx, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await ctx.db
    .selectFrom('person')
    .select('external_id')
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', 'in', ids)
    .execute()
  return rows.flatMap(({ external_id }) => external_id ?? [])
}
