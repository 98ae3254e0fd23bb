import { type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import type { measureUninvited } from './asked.contract.ts'
import { countLinks, linksOfSurveys, populationOf } from './asked.ts'
import { type AskedSurveys, isGuarded } from './asked-surveys.ts'
import { isUnsaid, isWithheld, minimumN } from './measures/disclosure.ts'
import { responseRates } from './measures/response-rate.ts'
import type { Measure } from './measures.contract.ts'
import type { Population } from './population.ts'
import { listAnswers } from './responses.ts'
import { responsesInWholeMonths } from './whole-months.ts'

// Who answered, counted over the personal links made in the range; in no measure are the open link's answers a rate.

export async function answeredOf(ctx: Ctx, { surveys }: AskedSurveys, population: Population) {
  const guarded = isGuarded(surveys)
  const links = await countLinks(ctx, population)
  const uninvited = await countAnswers(ctx, await uninvitedOf(ctx, population, guarded))
  const everything = guarded ? await countAnswers(ctx, allOf(ctx, population)) : uninvited
  const shown = {
    guarded,
    denominator: 'invited' as const,
    uninvited: isSecret(population, guarded, uninvited, everything) ? null : uninvited,
  }
  if (guarded && !(await isTold(ctx, surveys, population))) {
    const nothing = { opened: null, started: null, completed: null }
    const rates = { response_rate: null, response_rate_with_partial: null }
    return { ...shown, withheld: true, invited: links.invited, ...nothing, ...rates }
  }
  const rates = responseRates({
    complete: links.completed,
    partial: links.started - links.completed,
    refused: 0,
    no_contact: links.invited - links.started,
    other: 0,
    unknown: 0,
  })
  return {
    ...shown,
    withheld: false,
    ...links,
    response_rate: rates?.rr1 ?? null,
    response_rate_with_partial: rates?.rr2 ?? null,
  }
}

/**
 * Who was invited, and when, is no secret. So of a guarded survey the steps are counted over everybody who was invited:
 * a filter or a range would pick one of them and tell whether that one answered.
 */
async function isTold(ctx: Ctx, surveys: AskedSurveys['surveys'], population: Population): Promise<boolean> {
  if (population.people) return false
  const kept = surveys.filter(survey => survey.anonymity !== 'identified')
  const links = await linksOfSurveys(ctx, kept, population)
  return links.every(({ total, n }) => total >= minimumN.score && n === total)
}

const isSecret = ({ people }: Population, guarded: boolean, n: number, total: number): boolean =>
  guarded && (people ? isUnsaid(n, total) : isWithheld(n, total))

const allOf = (ctx: Ctx, { survey_ids }: Population) => sql<SqlBool>`r.workspace_id = ${ctx.workspace_id}
  and r.survey_id = any (${survey_ids}::uuid[])`

/** Answers under the alias r; a filter over people leaves out those of whom nobody is known. The offset keeps the look-up one by one. */
function uninvitedIn(ctx: Ctx, population: Population) {
  const { from, to, people } = population
  return sql<SqlBool>`${allOf(ctx, population)} and r.source <> 'invitation'
    ${from ? sql`and r.submitted_at >= ${from}` : sql``} ${to ? sql`and r.submitted_at < ${to}` : sql``}
    ${
      people
        ? sql`and exists (select from person teller
            join person p on p.workspace_id = teller.workspace_id and p.id = teller.root_id
            where teller.workspace_id = r.workspace_id and teller.id = r.person_id and (${people}) offset 0)`
        : sql``
    }`
}

const uninvitedOf = async (ctx: Ctx, population: Population, guarded: boolean) =>
  uninvitedIn(
    ctx,
    await responsesInWholeMonths(ctx, population, { guarded, of: always => uninvitedIn(ctx, always) }),
  )

async function countAnswers(ctx: Ctx, condition: ReturnType<typeof allOf>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from response r where ${condition}`.execute(ctx.db)
  return rows[0]?.n ?? 0
}

/** The answers by open link or API, as many as are counted. */
export async function listUninvited(
  ctx: Ctx,
  asked: AskedSurveys,
  measure: Measure,
  query: z.output<typeof measureUninvited.query>,
) {
  const population = await populationOf(ctx, asked, measure, query)
  const guarded = isGuarded(asked.surveys)
  const condition = await uninvitedOf(ctx, population, guarded)
  const total = await countAnswers(ctx, condition)
  const everything = guarded ? await countAnswers(ctx, allOf(ctx, population)) : total
  const withheld = isSecret(population, guarded, total, everything)
  const page = await listAnswers(ctx, asked, query, {
    condition,
    withheld,
    comments: !guarded || !isWithheld(total, everything, minimumN.comments),
  })
  return { ...page, total: withheld ? null : total }
}
