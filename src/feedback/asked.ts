import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import type { AskedRow, LinkStep, measureInvitations } from './asked.contract.ts'
import { type AskedSurvey, type AskedSurveys, isGuarded } from './asked-surveys.ts'
import type { Measure } from './measures.contract.ts'
import { peopleCondition } from './people-condition.ts'
import type { Population } from './population.ts'
import { cursor, readCursor } from './surveys.ts'

// Who was asked by personal link, said once: the response rate and the rows behind it both read it from here.

type Query = z.output<typeof measureInvitations.query>
export type AskedPage = Pick<Query, 'sort' | 'limit' | 'after'>

export async function populationOf(
  ctx: Ctx,
  { surveys, kind }: AskedSurveys,
  measure: Measure,
  query: Pick<Query, 'from' | 'to' | 'filter'> & Pick<Population, 'place' | 'touchpoint'>,
): Promise<Population> {
  return {
    measure,
    place: query.place,
    touchpoint: query.touchpoint,
    survey_ids: surveys.map(survey => survey.id),
    relational: kind === 'relational',
    from: query.from === undefined ? undefined : new Date(query.from),
    to: query.to === undefined ? undefined : new Date(query.to),
    people: query.filter?.trim() ? await peopleCondition(ctx, surveys, query.filter) : undefined,
  }
}

const inRange = ({ from, to }: Pick<Population, 'from' | 'to'>) =>
  sql<SqlBool>`true ${from ? sql`and i.created_at >= ${from}` : sql``} ${to ? sql`and i.created_at < ${to}` : sql``}`

const stepTaken: Record<LinkStep, RawBuilder<SqlBool>> = {
  invited: sql`true`,
  opened: sql`i.opened_at is not null`,
  started: sql`i.started_at is not null`,
  completed: sql`i.completed_at is not null`,
}

/** Links under the alias i; whom a filter picks is looked up one by one, which the offset keeps so: joined, a plan made without statistics compares all with all. */
const counts = (
  ctx: Ctx,
  { survey_ids, people, ...range }: Population,
) => sql<SqlBool>`i.workspace_id = ${ctx.workspace_id}
  and i.survey_id = any (${survey_ids}::uuid[]) and ${inRange(range)}
  ${
    people
      ? sql`and exists (select from person said join person p on p.workspace_id = said.workspace_id and p.id = said.root_id
          where said.workspace_id = i.workspace_id and said.id = i.person_id and (${people}) offset 0)`
      : sql``
  }`

export async function countLinks(ctx: Ctx, population: Population): Promise<Record<LinkStep, number>> {
  const { rows } = await sql<Record<LinkStep, number>>`
    select count(*)::int as invited, count(i.opened_at)::int as opened, count(i.started_at)::int as started,
      count(i.completed_at)::int as completed
    from invitation i where ${counts(ctx, population)}`.execute(ctx.db)
  return rows[0] ?? { invited: 0, opened: 0, started: 0, completed: 0 }
}

/** Of each survey, how many links were made at all and how many in the range. */
export async function linksOfSurveys(
  ctx: Ctx,
  surveys: readonly AskedSurvey[],
  range: Pick<Population, 'from' | 'to'>,
): Promise<{ total: number; n: number }[]> {
  const { rows } = await sql<{ total: number; n: number }>`
    select count(*)::int as total, (count(*) filter (where ${inRange(range)}))::int as n
    from invitation i where i.workspace_id = ${ctx.workspace_id}
      and i.survey_id = any (${surveys.map(survey => survey.id)}::uuid[])
    group by i.survey_id`.execute(ctx.db)
  return rows
}

export const nothingToShow = { items: [], next: null, total: null, withheld: true }

/** The links that a number of the response rate counts. */
export async function listAsked(ctx: Ctx, asked: AskedSurveys, measure: Measure, query: Query) {
  const open = !isGuarded(asked.surveys)
  if (!open && query.step !== 'invited') return nothingToShow
  const population = await populationOf(ctx, asked, measure, query)
  const picked = sql`select i.id, i.created_at from invitation i where ${counts(ctx, population)} and ${stepTaken[query.step]}`
  return pageOfLinks(ctx, picked, query, open)
}

interface Row {
  id: string
  survey_id: string
  survey_name: string
  created_at: Date
  opened_at: Date | null
  started_at: Date | null
  completed_at: Date | null
  person_id: string | null
  person_name: string | null
}

/** A page of the links picked as (id, created_at), with how many there are; of a guarded survey not how far anybody came. */
export async function pageOfLinks(
  ctx: Ctx,
  picked: RawBuilder<unknown>,
  { sort, limit, after }: AskedPage,
  open = true,
) {
  const start = after === undefined ? undefined : readCursor(after)
  const [direction, beyond] = sort === 'created_at' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`]
  const reachable = await reachablePeople(ctx)
  const { rows } = await sql<{ total: number } & (Row | { id: null })>`
    with picked as materialized (${picked}),
    page as (
      select id from picked
      ${start ? sql`where (created_at, id) ${beyond} (${start.at}::timestamptz, ${start.id}::uuid)` : sql``}
      order by created_at ${direction}, id ${direction} limit ${limit + 1}
    )
    select counted.total, shown.* from (select count(*)::int as total from picked) counted
    left join (
      select i.id, i.survey_id, s.name as survey_name, i.created_at, i.opened_at, i.started_at, i.completed_at,
        p.id as person_id, coalesce(p.name, p.email) as person_name
      from page join invitation i on i.workspace_id = ${ctx.workspace_id} and i.id = page.id
      join survey s on s.workspace_id = i.workspace_id and s.id = i.survey_id
      join person said on said.workspace_id = i.workspace_id and said.id = i.person_id
      left join person p on p.workspace_id = said.workspace_id and p.id = said.root_id and (${reachable})
    ) shown on true
    order by shown.created_at ${direction}, shown.id ${direction}`.execute(ctx.db)
  const found = rows.filter(row => row.id !== null)
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(row => present(ctx, row, open)),
    next: found.length > limit && last ? cursor(last.created_at, last.id) : null,
    total: rows[0]?.total ?? 0,
    withheld: false,
  }
}

/** People under the alias p whose records the reader may open. */
async function reachablePeople(ctx: Ctx): Promise<RawBuilder<SqlBool>> {
  const { read } = ctx.principal.kinds.person ?? ctx.principal.kinds['*'] ?? { read: 'none' }
  return read === 'none' ? sql<SqlBool>`false` : peopleCondition(ctx, [], '')
}

const reachedIn = (row: Row): LinkStep => {
  if (row.completed_at) return 'completed'
  if (row.started_at) return 'started'
  return row.opened_at ? 'opened' : 'invited'
}

type Shown = Omit<AskedRow, `${string}_at`> &
  Pick<Row, 'created_at' | 'opened_at' | 'started_at' | 'completed_at'>

function present(ctx: Ctx, row: Row, open: boolean): Shown {
  const personal = !ctx.principal.hidden_classes.includes('personal')
  const instants = open && personal
  return {
    id: row.id,
    survey: { id: row.survey_id, name: row.survey_name },
    person: row.person_id === null ? null : { id: row.person_id, name: personal ? row.person_name : null },
    reached: open ? reachedIn(row) : null,
    created_at: row.created_at,
    opened_at: instants ? row.opened_at : null,
    started_at: instants ? row.started_at : null,
    completed_at: instants ? row.completed_at : null,
  }
}
