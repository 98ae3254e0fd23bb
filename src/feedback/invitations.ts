import { type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import { told } from '../core/text-sentence.ts'
import { type Link, linkToken } from './links.ts'
import { peopleCondition } from './people-condition.ts'
import { says } from './says.ts'
import type { invitePeople as inviteContract } from './surveys.contract.ts'
import { addressOf, cursor, getSurveyRecord, readCursor, type SurveyRecord, takesAnswers } from './surveys.ts'

type Outcomes = z.output<typeof inviteContract.ok>['outcomes']
type Outcome = Outcomes[number]

const day_ms = 86_400_000

export const linkTo = (ctx: Ctx, id: string, expires_at: Date): string => {
  const link: Link = { purpose: 'invitation', workspace_id: ctx.workspace_id, id, expires_at }
  return addressOf(ctx, linkToken(ctx.machine.secrets, link))
}

/** A survey that personal links can be made for. */
export async function getInvitable(ctx: Ctx, survey_id: string): Promise<SurveyRecord> {
  const survey = await getSurveyRecord(ctx, survey_id)
  if (survey.anonymity === 'anonymous')
    throw fail('conflict', {
      code: 'survey_is_anonymous',
      detail: says.survey_is_anonymous(),
    })
  if (!takesAnswers(survey, ctx.now))
    throw fail('conflict', {
      code: 'survey_not_open',
      detail: says.open_before_link(),
    })
  return survey
}

const expiry = (ctx: Ctx, days: number) =>
  new Date(Math.floor(ctx.now.getTime() / 1000) * 1000 + days * day_ms)

const mostAtOnce = 2_000

export async function insertInvitations(
  ctx: Ctx,
  survey_id: string,
  fresh: readonly { id: string; person_id: string }[],
  days: number,
): Promise<void> {
  const shared = {
    workspace_id: ctx.workspace_id,
    survey_id,
    created_at: ctx.now,
    created_by: `${ctx.principal.actor.kind}:${ctx.principal.actor.id}`,
    expires_at: expiry(ctx, days),
  }
  for (let from = 0; from < fresh.length; from += mostAtOnce)
    await ctx.db
      .insertInto('invitation')
      .values(fresh.slice(from, from + mostAtOnce).map(one => ({ ...shared, ...one })))
      .execute()
}

/** One at a time for a survey: two who invite the same people at once would make two links for each. */
export const lockInvitations = (ctx: Ctx, survey_id: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`invitations of ${survey_id}`}, 0))`.execute(ctx.db)

interface Asked {
  id: string
  root_id: string
  refuses: boolean
}

/** Those of the people that the reader may see, each with whom it is read through. */
async function peopleAsked(ctx: Ctx, ids: string[]): Promise<Asked[]> {
  const { rows } = await sql<Asked>`
    select a.id, p.id as root_id, coalesce(p.do_not_contact, false) as refuses
    from person a join person p on p.workspace_id = a.workspace_id and p.id = a.root_id
    where a.workspace_id = ${ctx.workspace_id} and a.id = any(${ids}::uuid[]) and ${await peopleCondition(ctx, [], '')}`.execute(
    ctx.db,
  )
  return rows
}

export async function invitePeople(
  ctx: Ctx,
  { survey_id, person_ids, days }: { survey_id: string; person_ids: string[]; days: number },
): Promise<{ outcomes: Outcome[] }> {
  const survey = await getInvitable(ctx, survey_id)
  const people = await peopleAsked(ctx, [...new Set(person_ids)])
  await lockInvitations(ctx, survey_id)
  const asked = new Map(people.map(person => [person.id, person]))
  const roots = [...new Set(people.flatMap(person => (person.refuses ? [] : [person.root_id])))]
  const good = await goodInvitations(ctx, survey, roots)
  const made = new Map(roots.filter(root => !good.has(root)).map(root => [root, newId()]))
  await insertInvitations(
    ctx,
    survey_id,
    [...made].map(([person_id, id]) => ({ person_id, id })),
    days,
  )
  const outcomes = person_ids.map((person_id, index): Outcome => {
    const person = asked.get(person_id)
    if (person === undefined)
      return { index, status: 'rejected', code: 'not_found', ...told(says.no_such_person()) }
    if (person.refuses)
      return {
        index,
        status: 'rejected',
        code: 'do_not_contact',
        ...told(says.do_not_contact()),
      }
    const known = good.get(person.root_id)
    if (known)
      return { index, status: 'unchanged', id: known.id, link: linkTo(ctx, known.id, known.expires_at) }
    const id = made.get(person.root_id) ?? ''
    return { index, status: 'created', id, link: linkTo(ctx, id, expiry(ctx, days)) }
  })
  return { outcomes }
}

/**
 * Which links of a survey, under the alias i, are still good. In a confidential one an answered link counts as well: whoever got
 * a new one would be told to have answered.
 */
export const isGood = (ctx: Ctx, { anonymity }: Pick<SurveyRecord, 'anonymity'>) =>
  sql<SqlBool>`i.expires_at > ${ctx.now} ${anonymity === 'identified' ? sql`and i.completed_at is null` : sql``}`

/** By person, the invitations that are still good. */
async function goodInvitations(
  ctx: Ctx,
  survey: SurveyRecord,
  roots: string[],
): Promise<Map<string, { id: string; expires_at: Date }>> {
  const { rows } = await sql<{ id: string; root_id: string; expires_at: Date }>`
    select i.id, a.root_id, i.expires_at
    from invitation i join person a on a.workspace_id = i.workspace_id and a.id = i.person_id
    where i.workspace_id = ${ctx.workspace_id} and i.survey_id = ${survey.id} and a.root_id = any(${roots}::uuid[])
      and ${isGood(ctx, survey)}`.execute(ctx.db)
  return new Map(rows.map(row => [row.root_id, row]))
}

export async function listInvitations(
  ctx: Ctx,
  { survey_id, limit, after }: { survey_id: string; limit: number; after?: string | undefined },
) {
  const survey = await getSurveyRecord(ctx, survey_id)
  let query = ctx.db
    .selectFrom('invitation as i')
    .innerJoin('person as asked', join =>
      join.onRef('asked.workspace_id', '=', 'i.workspace_id').onRef('asked.id', '=', 'i.person_id'),
    )
    .innerJoin('person as p', join =>
      join.onRef('p.workspace_id', '=', 'asked.workspace_id').onRef('p.id', '=', 'asked.root_id'),
    )
    .select([
      'i.id',
      'i.created_at',
      'i.expires_at',
      'i.opened_at',
      'i.started_at',
      'i.completed_at',
      'p.id as person_id',
      'p.name as person_name',
      'p.email as person_email',
    ])
    .where('i.survey_id', '=', survey_id)
    .orderBy('i.created_at', 'desc')
    .orderBy('i.id', 'desc')
    .limit(limit + 1)
  if (after !== undefined) {
    const start = readCursor(after)
    query = query.where(eb => eb(eb.refTuple('i.created_at', 'i.id'), '<', eb.tuple(start.at, start.id)))
  }
  const rows = await query.execute()
  const shown = rows.slice(0, limit)
  // Whoever sees when each person answered can pick out that person's answer.
  const hidden = survey.anonymity !== 'identified'
  const items = shown.map(({ person_id, person_name, person_email, ...row }) => ({
    ...row,
    person: { id: person_id, name: person_name ?? person_email },
    link:
      !hidden && (row.completed_at || row.expires_at <= ctx.now) ? null : linkTo(ctx, row.id, row.expires_at),
    ...(hidden ? { opened_at: null, started_at: null, completed_at: null } : {}),
  }))
  const last = shown.at(-1)
  return { items, next: rows.length > limit && last ? cursor(last.created_at, last.id) : null }
}

export type OpenInvitation = {
  id: string
  survey_id: string
  person_id: string
  started_at: Date | null
  completed_at: Date | null
}

export async function findInvitation(ctx: Ctx, id: string): Promise<OpenInvitation | undefined> {
  return ctx.db
    .selectFrom('invitation')
    .select(['id', 'survey_id', 'person_id', 'started_at', 'completed_at'])
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Notes the first time that a link was opened, an answer begun or recorded. */
export async function noteInvitation(
  ctx: Ctx,
  id: string,
  ...steps: ('opened_at' | 'started_at' | 'completed_at')[]
): Promise<void> {
  await ctx.db
    .updateTable('invitation')
    .set(eb => Object.fromEntries(steps.map(step => [step, eb.fn.coalesce(eb.ref(step), eb.val(ctx.now))])))
    .where('workspace_id', '=', ctx.workspace_id)
    .where('id', '=', id)
    .where(eb => eb.or(steps.map(step => eb(step, 'is', null))))
    .execute()
}
