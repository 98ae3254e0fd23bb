import { sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import { getInvitable, insertInvitations, isGood, lockInvitations } from './invitations.ts'
import { peopleCondition } from './people-condition.ts'
import { says } from './says.ts'
import { type inviteMatching as contract, leftOutReasons, mostInvited } from './surveys.contract.ts'
import type { SurveyRecord } from './surveys.ts'

type Body = z.output<typeof contract.body>
type Answer = z.output<typeof contract.ok>

interface Place {
  id: string
  place: (typeof leftOutReasons)[number] | 'created' | 'unchanged'
}

/**
 * Everybody who matches, with what becomes of them; a refusal comes before every other reason. Who has answered a confidential
 * survey is told by nothing, not even by a count over a filter of one person.
 */
async function placesOf(ctx: Ctx, survey: SurveyRecord, filter: string): Promise<Place[]> {
  const people = await peopleCondition(ctx, [], filter)
  const link = sql`select from invitation i join person a on a.workspace_id = i.workspace_id and a.id = i.person_id
    where i.workspace_id = ${ctx.workspace_id} and i.survey_id = ${survey.id} and a.root_id = p.id`
  const answered = sql`exists (${link} and i.completed_at is not null)`
  const { rows } = await sql<Place>`
    select p.id, case
      when p.do_not_contact then 'do_not_contact'
      when p.email is null then 'no_address'
      when ${survey.anonymity === 'identified' ? answered : sql`false`} then 'answered'
      when exists (${link} and ${isGood(ctx, survey)}) then 'unchanged'
      else 'created' end as place
    from person p where ${people} order by p.id limit ${mostInvited + 1}`.execute(ctx.db)
  if (rows.length > mostInvited)
    throw fail('invalid', {
      code: 'too_many_people',
      detail: says.too_many_invited({ most: mostInvited }),
      errors: [{ path: 'filter', message: says.matches_too_many({ most: mostInvited }) }],
    })
  return rows
}

export async function inviteMatching(
  ctx: Ctx,
  { survey_id, ...body }: Body & { survey_id: string },
): Promise<Answer> {
  const survey = await getInvitable(ctx, survey_id)
  if (!body.dry_run) await lockInvitations(ctx, survey_id)
  const places = await placesOf(ctx, survey, body.filter)
  const count = (place: Place['place']) => places.filter(one => one.place === place).length
  if (!body.dry_run) {
    const fresh = places
      .filter(one => one.place === 'created')
      .map(one => ({ id: newId(), person_id: one.id }))
    await insertInvitations(ctx, survey_id, fresh, body.days)
  }
  return {
    dry_run: body.dry_run,
    matched: places.length,
    created: count('created'),
    unchanged: count('unchanged'),
    left_out: leftOutReasons.map(reason => ({ reason, count: count(reason) })).filter(one => one.count > 0),
  }
}
