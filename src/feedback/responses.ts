import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { populationOf } from './asked.ts'
import { type AskedSurveys, isGuarded } from './asked-surveys.ts'
import { isUnsaid, isWithheld, minimumN } from './measures/disclosure.ts'
import { bandOf, definitions, isMeasure, type Measure } from './measures.contract.ts'
import { peopleCondition } from './people-condition.ts'
import { counted, type Population, periodOf } from './population.ts'
import type { listResponses as listContract, measureResponses, SurveyResponse } from './responses.contract.ts'
import { says } from './says.ts'
import { segmentPopulation } from './segments.question.ts'
import { isSmallPart } from './small-parts.ts'
import { cursor, readCursor, workspaceFacts } from './surveys.ts'
import { inWholeMonths, isWholePeriod, periodLength, responsesInWholeMonths } from './whole-months.ts'

type Query = z.output<typeof listContract.query>
type MeasureQuery = z.output<typeof measureResponses.query>
type Shown = Omit<SurveyResponse, 'submitted_at'> & { submitted_at: Date | null }

interface Row {
  id: string
  survey_id: string
  source: SurveyResponse['source']
  language: string
  version: number
  submitted_at: Date
  measure: string | null
  score: number | null
  weight: number | null
  place: string | null
  touchpoint: string | null
  comment: string | null
  person_id: string | null
  person_name: string | null
}

/** The answers to a survey; with a measure, a band or a score those that have it. */
export async function listResponses(
  ctx: Ctx,
  asked: AskedSurveys,
  query: Query,
): Promise<{ items: Shown[]; next: string | null; withheld: boolean }> {
  const { measure: named, band, score, counted: only } = query
  const isOfMeasure = [named, band, score, query.place, query.touchpoint].some(part => part !== undefined)
  if (!isOfMeasure && only === 'false') return listWhole(ctx, asked, query)
  const measure = named ?? (await firstMeasure(ctx, asked)) ?? 'nps'
  return listMeasured(ctx, asked, measure, query)
}

/** The rows behind a figure, picked by the same words as the figure. */
export async function listMeasured(
  ctx: Ctx,
  asked: AskedSurveys,
  measure: Measure,
  query: Query & Partial<Pick<MeasureQuery, 'by' | 'group' | 'value'>>,
): Promise<{ items: Shown[]; next: string | null; withheld: boolean }> {
  const guarded = isGuarded(asked.surveys)
  const wanted = await populationOf(ctx, asked, measure, query)
  const { population: whole, told: cuts } = await inWholeMonths(ctx, wanted, guarded)
  const range = await inPeriod(ctx, whole, query, guarded)
  const isPart = query.period !== undefined && cuts !== undefined && !isWholePeriod(range, cuts)
  const { by, group = 'value', value } = query
  const { population, told } =
    by === undefined
      ? { population: range, told: !(guarded && (await isSmallPart(ctx, range))) }
      : await segmentPopulation(ctx, asked, range, { by, group, value })
  const n = guarded ? await countOf(ctx, population, query) : 0
  const everything = { measure, survey_ids: population.survey_ids, relational: false }
  const total = guarded ? await countOf(ctx, everything, {}) : 0
  const unsaid = population.people !== undefined || by !== undefined ? isUnsaid : isWithheld
  return listAnswers(ctx, asked, query, {
    condition: sql<SqlBool>`${ofSurveys(ctx, population)} and r.id in (${picked(ctx, population, query)})`,
    withheld: guarded && (!told || isPart || unsaid(n, total)),
    comments: !guarded || !isWithheld(n, total, minimumN.comments),
    measure,
    touchpoint: query.touchpoint ?? (by === 'touchpoint' && group === 'value' ? value : undefined),
  })
}

const ofSurveys = (ctx: Ctx, { survey_ids }: Pick<Population, 'survey_ids'>) =>
  sql<SqlBool>`r.workspace_id = ${ctx.workspace_id} and r.survey_id = any (${survey_ids}::uuid[])`

async function firstMeasure(ctx: Ctx, { surveys }: AskedSurveys): Promise<Measure | undefined> {
  const { rows } = await sql<{ measure: string }>`
    select measure from survey_question where workspace_id = ${ctx.workspace_id} and scale_min is not null
      and survey_id = any (${surveys.map(survey => survey.id)}::uuid[]) order by version desc, position limit 1`.execute(
    ctx.db,
  )
  return rows.map(row => row.measure).find(isMeasure)
}

/** The responses of a population, under the alias r. */
function given(ctx: Ctx, population: Population): RawBuilder<SqlBool> {
  const { from, to, people } = population
  return sql<SqlBool>`${ofSurveys(ctx, population)}
    ${from ? sql`and r.submitted_at >= ${from}` : sql``} ${to ? sql`and r.submitted_at < ${to}` : sql``}
    ${
      people
        ? sql`and exists (select from person teller
            join person p on p.workspace_id = teller.workspace_id and p.id = teller.root_id
            where teller.workspace_id = r.workspace_id and teller.id = r.person_id and (${people}) offset 0)`
        : sql``
    }`
}

/** All responses of a range, whatever they answered; whom a filter picks is looked up one by one. */
async function listWhole(ctx: Ctx, asked: AskedSurveys, query: Query) {
  const guarded = isGuarded(asked.surveys)
  const wanted = await inPeriod(ctx, await populationOf(ctx, asked, 'nps', query), query, guarded)
  const population = await responsesInWholeMonths(ctx, wanted, { guarded, of: always => given(ctx, always) })
  const { people } = population
  const all = ofSurveys(ctx, population)
  const condition = given(ctx, population)
  const n = guarded ? await countResponses(ctx, condition) : 0
  const total = guarded ? await countResponses(ctx, all) : 0
  return listAnswers(ctx, asked, query, {
    condition,
    withheld: guarded && (people ? isUnsaid(n, total) : isWithheld(n, total)),
    comments: !guarded || !isWithheld(n, total, minimumN.comments),
  })
}

async function countResponses(ctx: Ctx, condition: RawBuilder<SqlBool>): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from response r where ${condition}`.execute(ctx.db)
  return rows[0]?.n ?? 0
}

interface Disclosing {
  /** Which answers, under the alias r. */
  condition: RawBuilder<SqlBool>
  /** Too few to be shown at all, or too few for their comments. */
  withheld: boolean
  comments: boolean
  /** What the score shown is of, and about which touchpoint; the first question of the survey without. */
  measure?: Measure | undefined
  touchpoint?: string | undefined
}

/** A page of answers as the promise of their surveys allows. */
export async function listAnswers(
  ctx: Ctx,
  asked: AskedSurveys,
  query: Pick<Query, 'sort' | 'limit' | 'after'>,
  { condition, withheld, comments, measure, touchpoint }: Disclosing,
): Promise<{ items: Shown[]; next: string | null; withheld: boolean }> {
  const open = !isGuarded(asked.surveys)
  if (!open && query.sort !== undefined)
    throw fail('invalid', {
      code: 'invalid_sort',
      detail: says.shown_in_no_order(),
    })
  if (withheld) return { items: [], next: null, withheld: true }
  return {
    ...(await pageOf(ctx, condition, query, { open, comments, measure, touchpoint })),
    withheld: false,
  }
}

async function inPeriod(
  ctx: Ctx,
  range: Population,
  query: Pick<Query, 'period' | 'interval'>,
  guarded: boolean,
): Promise<Population> {
  if (query.period === undefined) return range
  const { time_zone } = await workspaceFacts(ctx)
  const period = await periodOf(ctx, query.period, {
    interval: periodLength(query.interval, guarded),
    time_zone,
  })
  return {
    ...range,
    from: range.from && range.from > period.from ? range.from : period.from,
    to: range.to && range.to < period.to ? range.to : period.to,
  }
}

type Choice = { band?: Query['band']; score?: Query['score']; counted?: Query['counted'] }

function scoreCondition(measure: Measure, { band, score }: Choice): RawBuilder<SqlBool> {
  const { bands, scale_min, scale_max } = definitions[measure]
  const found = bands.find(({ name }) => name === band)
  if (band !== undefined && !found)
    throw fail('invalid', {
      code: 'unknown_band',
      detail: says.unknown_band({ measure, bands: bands.map(({ name }) => name) }),
    })
  const { low, high } = found ?? { low: scale_min, high: scale_max }
  return sql<SqlBool>`picked.score between ${Math.max(low, score ?? low)} and ${Math.min(high, score ?? high)}`
}

/** The answers that the score counts, or all of the range. */
function picked(ctx: Ctx, population: Population, query: Choice): RawBuilder<unknown> {
  const whole = query.counted === 'true' ? population : { ...population, relational: false }
  return sql`select picked.response_id from (${counted(ctx, whole)}) picked
    where ${scoreCondition(population.measure, query)}`
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
  measure: Measure | undefined
  touchpoint: string | undefined
}

/** The answer that is shown of a response: to the measure asked about, or to the first question that measures. */
const shownAnswer = ({ measure, touchpoint }: Showing) => sql`
  select s.measure, s.value::int as score, s.weight, s.place, s.touchpoint from answer s
  ${measure === undefined ? sql`join survey_question q on q.workspace_id = s.workspace_id and q.survey_id = s.survey_id and q.version = s.version and q.id = s.question_id` : sql``}
  where s.workspace_id = r.workspace_id and s.response_id = r.id and s.value is not null
    ${measure === undefined ? sql`` : sql`and s.measure = ${measure}`}
    ${touchpoint === undefined ? sql`` : sql`and s.touchpoint = ${touchpoint}`}
  order by ${measure === undefined ? sql`q.position` : sql`s.main desc`} limit 1`

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
      said.measure, said.score, said.weight, said.place, said.touchpoint,
      (select c.text from answer c where c.workspace_id = r.workspace_id and c.response_id = r.id
        and c.measure = 'comment' limit 1) as comment,
      p.id as person_id, coalesce(p.name, p.email) as person_name
    from (
      select r.* from response r where ${condition} ${beyond} order by ${order} limit ${query.limit + 1}
    ) r
    left join lateral (${shownAnswer(showing)}) said on true
    left join person teller on teller.workspace_id = r.workspace_id and teller.id = r.person_id
    left join person p on p.workspace_id = teller.workspace_id and p.id = teller.root_id and p.deleted_at is null
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

const scoreShown = ({ measure, score }: Pick<Row, 'measure' | 'score'>) =>
  measure !== null && score !== null && isMeasure(measure)
    ? { measure, score, band: bandOf(measure, score) }
    : { measure: null, score: null, band: null }

function present(ctx: Ctx, row: Row, { open, comments }: Showing): Shown {
  const { person_id, person_name, comment, ...rest } = row
  const texts = seesText(ctx)
  return {
    ...rest,
    ...scoreShown(row),
    submitted_at: open ? row.submitted_at : null,
    // With a few answers each they would tell who gave them.
    weight: open ? row.weight : null,
    place: open ? row.place : null,
    touchpoint: open ? row.touchpoint : null,
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
  if (root === undefined) throw fail('not_found', { detail: says.no_such_person() })
  const found = await sql<{
    survey_id: string
    name: string
    measure: string
    score: number
    comment: string | null
    submitted_at: Date
  }>`
    select * from (
      select distinct on (r.survey_id) r.survey_id, s.name, a.measure, a.value::int as score, r.submitted_at,
        (select c.text from answer c where c.workspace_id = r.workspace_id and c.response_id = r.id
          and c.measure = 'comment' limit 1) as comment
      from response r
      join answer a on a.workspace_id = r.workspace_id and a.response_id = r.id and a.value is not null and a.main
      join survey_question q on q.workspace_id = a.workspace_id and q.survey_id = a.survey_id and q.version = a.version
        and q.id = a.question_id
      join survey s on s.workspace_id = r.workspace_id and s.id = r.survey_id
      where r.workspace_id = ${ctx.workspace_id} and r.anonymity = 'identified' and r.person_id in (
        select id from person where workspace_id = ${ctx.workspace_id} and (id = ${root} or merged_into = ${root}))
      order by r.survey_id, r.submitted_at desc, r.id desc, q.position
    ) latest order by submitted_at desc limit 20`.execute(ctx.db)
  return {
    items: found.rows.flatMap(({ survey_id, name, measure, score, comment, submitted_at }) =>
      isMeasure(measure)
        ? {
            measure,
            score,
            band: bandOf(measure, score),
            submitted_at,
            survey: { id: survey_id, name },
            comment: seesText(ctx) ? comment : null,
          }
        : [],
    ),
  }
}
