import type { RawBuilder, SqlBool } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { filterCondition } from '../records/index.ts'

/** A filter over people, as a condition on the person under the alias p; only people the reader may see match it. */
export async function peopleCondition(
  ctx: Ctx,
  surveys: readonly { anonymity: string }[],
  filter: string,
): Promise<RawBuilder<SqlBool>> {
  if (surveys.length > 0 && surveys.every(survey => survey.anonymity === 'anonymous'))
    throw fail('invalid', {
      code: 'survey_is_anonymous',
      detail: 'An anonymous survey does not know who answered, so no filter over people can pick answers.',
    })
  return filterCondition(ctx, { kind: 'person', filter, alias: 'p' })
}
