import type { RawBuilder, SqlBool } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { filterCondition } from '../records/index.ts'
import { says } from './says.ts'

/** A filter over people, as a condition on the person under the alias p; only people the reader may see match it. */
export async function peopleCondition(
  ctx: Ctx,
  surveys: readonly { anonymity: string }[],
  filter: string,
): Promise<RawBuilder<SqlBool>> {
  if (surveys.length > 0 && surveys.every(survey => survey.anonymity === 'anonymous'))
    throw fail('invalid', {
      code: 'survey_is_anonymous',
      detail: says.no_people_filter(),
    })
  return filterCondition(ctx, { kind: 'person', filter, alias: 'p' })
}
