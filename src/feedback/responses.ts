import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { type AskedSurveys, isGuarded } from './asked-surveys.ts'
import { isUnsaid, isWithheld, minimumN } from './measures/disclosure.ts'
import { npsBand } from './measures/nps.ts'
import { peopleCondition } from './people-condition.ts'
import { counted, type Population, periodOf } from './population.ts'
import type { listResponses as listContract, SurveyResponse } from './responses.contract.ts'
import { cursor, readCursor, workspaceFacts } from './surveys.ts'

type Query = z.output<typeof listContract.query>
type Shown = Omit<SurveyResponse, 'submitted_at'> & { submitted_at: Date | null }

const scoresOf = { promoters: [9, 10], passives: [7, 8], detractors: [0, 6] } as const

interface Row {
  id: string
  survey_id: string
  source: SurveyResponse['source']
  language: string
  version: number
  submitted_at: Date
  score: number | null
  comment: string | null
  person_id: string | null
  person_name: string | null
}

/** The rows behind a figure, picked by the same words as the figure. */
export async function listResponses(
  ctx: Ctx,
  asked: AskedSurveys,
  query: Query,
): Promise<{ items: Shown[]; next: string | null; withheld: boolean }> {
  const guarded = isGuarded(asked.surveys)
  const population = await rangeOf(ctx, asked, query)
  const n = guarded ? await countOf(ctx, population, query) : 0
  const total = guarded ? await countOf(ctx, { survey_ids: population.survey_ids, relational: false }, {}) : 0
  return listAnswers(ctx, asked, query, {
    condition: sql<SqlBool>`r.workspace_id = ${ctx.workspace_id} and r.survey_id = any (${population.survey_ids}::uuid[])
      and r.id in (${picked(ctx, population, query)})`,
    withheld: guarded && (population.people ? isUnsaid(n, total) : isWithheld(n, total)),
    comments: !guarded || !isWithheld(n, total, minimumN.comments),
  })
}

interface Disclosing {
  /** Which answers, under the alias r. */
  condition: RawBuilder<SqlBool>
  /** Too few to be shown at all, or too few for their comments. */
  withheld: boolean
  comments: boolean
}

/** A page of answers as the promise of their surveys allows. */
export async function listAnswers(
  ctx: Ctx,
  asked: AskedSurveys,
  query: Pick<Query, 'sort' | 'limit' | 'after'>,
  { condition, withheld, comments }: Disclosing,
): Promise<{ items: Shown[]; next: string | null; withheld: boolean }> {
  const open = !isGuarded(asked.surveys)
  if (!open && query.sort !== undefined)
    throw fail('invalid', {
      code: 'invalid_sort',
      detail: 'sort: the answers to a confidential or anonymous survey are shown in no order.',
    })
  if (withheld) return { items: [], next: null, withheld: true }
  return { ...(await pageOf(ctx, condition, query, { open, comments })), withheld: false }
}

async function rangeOf(ctx: Ctx, { surveys, kind }: AskedSurveys, query: Query): Promise<Population> {
  const range = {
    survey_ids: surveys.map(survey => survey.id),
    relational: kind === 'relational',
    people: !query.filter?.trim() ? undefined : await peopleCondition(ctx, surveys, query.filter),
    from: query.from === undefined ? undefined : new Date(query.from),
    to: query.to === undefined ? undefined : new Date(query.to),
  }
  if (query.period === undefined) return range
  const { time_zone } = await workspaceFacts(ctx)
  const period = await periodOf(ctx, query.period, { interval: query.interval, time_zone })
  return {
    ...range,
    from: range.from && range.from > period.from ? range.from : period.from,
    to: range.to && range.to < period.to ? range.to : period.to,
  }
}

type Choice = { band?: Query['band']; score?: Query['score']; counted?: Query['counted'] }

function scoreCondition({ band, score }: Choice): RawBuilder<SqlBool> {
  const [low, high] = band ? scoresOf[band] : [0, 10]
  return sql<SqlBool>`picked.score between ${Math.max(low, score ?? low)} and ${Math.min(high, score ?? high)}`
}

/** The answers that the score counts, or all of the range. */
function picked(ctx: Ctx, population: Population, query: Choice): RawBuilder<unknown> {
  const whole = query.counted === 'true' ? population : { ...population, relational: false }
  return sql`select picked.response_id from (${counted(ctx, whole)}) picked where ${scoreCondition(query)}`
}

async function countOf(ctx: Ctx, population: Population, query: Choice): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (${picked(ctx, population, query)}) x`.execute(ctx.db)
  return rows[0]?.n ?? 0
}

interface Showing {
  /** Nothing promises that nobody is recognised. */
  open: boolean
  comments: boolean
}

async function pageOf(
  ctx: Ctx,
  condition: RawBuilder<SqlBool>,
  query: Pick<Query, 'sort' | 'limit' | 'after'>,
  showing: Showing,
) {
  const { open } = showing
  const start = query.after === undefined ? undefined : readCursor(query.after)
  const oldestFirst = query.sort === 'submitted_at'
  const place = open ? sql`(r.submitted_at, r.id)` : sql`r.id`
  const from = start && (open ? sql`(${start.at}::timestamptz, ${start.id}::uuid)` : sql`${start.id}::uuid`)
  const beyond = from ? sql`and ${place} ${oldestFirst ? sql`>` : sql`<`} ${from}` : sql``
  const order = oldestFirst
    ? sql`r.submitted_at, r.id`
    : open
      ? sql`r.submitted_at desc, r.id desc`
      : sql`r.id desc`
  const { rows } = await sql<Row>`
    select r.id, r.survey_id, r.source, r.language, r.version, r.submitted_at,
      (select s.value::int from answer s where s.workspace_id = r.workspace_id and s.response_id = r.id
        and s.measure = 'nps' limit 1) as score,
      (select c.text from answer c where c.workspace_id = r.workspace_id and c.response_id = r.id
        and c.measure = 'comment' limit 1) as comment,
      p.id as person_id, coalesce(p.name, p.email) as person_name
    from (
      select r.* from response r where ${condition} ${beyond} order by ${order} limit ${query.limit + 1}
    ) r
    left join person said on said.workspace_id = r.workspace_id and said.id = r.person_id
    left join person p on p.workspace_id = said.workspace_id and p.id = said.root_id and p.deleted_at is null
    order by ${order}`.execute(ctx.db)
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  // Of a guarded survey not even the cursor may carry the instant.
  const mark = last && cursor(open ? last.submitted_at : new Date(0), last.id)
  return {
    items: shown.map(row => present(ctx, row, showing)),
    next: rows.length > query.limit && mark ? mark : null,
  }
}

const seesText = (ctx: Ctx): boolean => !ctx.principal.hidden_classes.includes('personal')
const seesEverybody = (ctx: Ctx): boolean =>
  (ctx.principal.kinds.person ?? ctx.principal.kinds['*'])?.read === 'all'

function present(ctx: Ctx, row: Row, { open, comments }: Showing): Shown {
  const { person_id, person_name, comment, ...rest } = row
  const texts = seesText(ctx)
  return {
    ...rest,
    submitted_at: open ? row.submitted_at : null,
    band: row.score === null ? null : `${npsBand(row.score)}s`,
    comment: comments && texts ? comment : null,
    comment_withheld: comment !== null && !(comments && texts),
    person:
      open && person_id !== null && seesEverybody(ctx)
        ? { id: person_id, name: texts ? person_name : null }
        : null,
  }
}

export async function personScores(ctx: Ctx, { id }: { id: string }) {
  const reachable = await peopleCondition(ctx, [], '')
  const { rows } = await sql<{ root: string }>`
    select p.id as root from person asked
    join person p on p.workspace_id = asked.workspace_id and p.id = asked.root_id
    where asked.workspace_id = ${ctx.workspace_id} and asked.id = ${id} and ${reachable}`.execute(ctx.db)
  const root = rows[0]?.root
  if (root === undefined) throw fail('not_found', { detail: 'There is no such person.' })
  const found = await sql<{
    survey_id: string
    name: string
    score: number
    comment: string | null
    submitted_at: Date
  }>`
    select * from (
      select distinct on (r.survey_id) r.survey_id, s.name, a.value::int as score, r.submitted_at,
        (select c.text from answer c where c.workspace_id = r.workspace_id and c.response_id = r.id
          and c.measure = 'comment' limit 1) as comment
      from response r
      join answer a on a.workspace_id = r.workspace_id and a.response_id = r.id and a.measure = 'nps'
      join survey s on s.workspace_id = r.workspace_id and s.id = r.survey_id
      where r.workspace_id = ${ctx.workspace_id} and r.anonymity = 'identified' and r.person_id in (
        select id from person where workspace_id = ${ctx.workspace_id} and (id = ${root} or merged_into = ${root}))
      order by r.survey_id, r.submitted_at desc, r.id desc
    ) latest order by submitted_at desc limit 20`.execute(ctx.db)
  return {
    items: found.rows.map(({ survey_id, name, comment, ...row }) => ({
      ...row,
      survey: { id: survey_id, name },
      measure: 'nps' as const,
      band: `${npsBand(row.score)}s` as const,
      comment: seesText(ctx) ? comment : null,
    })),
  }
}
