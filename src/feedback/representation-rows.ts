import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { measureGroup } from './asked.contract.ts'
import { nothingToShow, pageOfLinks } from './asked.ts'
import { isGuarded, surveysAsked } from './asked-surveys.ts'
import { withMemory } from './population.ts'
import type { ComparedField } from './representation.contract.ts'
import { askedPeople, grouped, margins, visible } from './representation.question.ts'
import { says } from './says.ts'

type Query = z.output<typeof measureGroup.query>

/** The people whom a share counts, each with the link that counts. */
export async function listGroup(ctx: Ctx, query: Query) {
  const { surveys } = await surveysAsked(ctx, query)
  if (isGuarded(surveys)) return nothingToShow
  const { field } = query
  if (!(await visible(ctx)).includes(field))
    throw fail('invalid', { code: 'unknown_field', detail: says.may_not_see_field({ field }) })
  await withMemory(ctx)
  const survey_ids = surveys.map(survey => survey.id)
  const people = await askedPeople(ctx, query, survey_ids, [field])
  const inGroup = await groupCondition(ctx, people, query)
  const answered = query.answered === 'true'
  return pageOfLinks(
    ctx,
    sql`select asked.invitation_id as id, asked.at as created_at from (${people}) asked
      where asked.answered = ${answered} and ${inGroup}`,
    query,
  )
}

const valueOf = (field: ComparedField) => sql`nullif(asked.${sql.ref(field)}::text, '')`

async function groupCondition(
  ctx: Ctx,
  people: RawBuilder<unknown>,
  { field, group, value }: Query,
): Promise<RawBuilder<SqlBool>> {
  const own = valueOf(field)
  if (group === 'unknown') return sql<SqlBool>`${own} is null`
  if (group === 'value') {
    if (value === undefined) throw fail('invalid', { detail: says.which_group() })
    return sql<SqlBool>`${own} = ${value}`
  }
  const named = grouped(await margins(ctx, people, [field])).filter(one => one.group !== 'others')
  const known = named.some(one => one.group === 'unknown') ? sql`${own} is not null and` : sql``
  return sql<SqlBool>`${known} (${own} = any (${named.flatMap(one => one.value ?? [])}::text[])) is not true`
}
