import { on, type Route } from '../core/area.ts'
import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { getRecord, recordRoutes } from '../records/index.ts'
import { companies, companyKind, people, personKind } from './customers.contract.ts'
import { listPersonIdentifiers } from './identifiers.contract.ts'
import { listMerges, mergePeople, unmergePeople } from './merge.contract.ts'
import { mergePerson } from './merge.ts'
import { listOpenMerges } from './merge-list.ts'
import { listIdentifiers } from './person-identifiers.ts'
import { companyHooks, personHooks } from './record-hooks.ts'
import { decideReview, listOpenReviews } from './review-list.ts'
import { listReviews, resolveReview } from './reviews.contract.ts'
import { unmergePerson } from './unmerge.ts'
import { writeScope } from './upsert-rights.ts'

/** Merging changes both people: whoever may not change one may not merge it. */
async function getWritable(ctx: Ctx, id: string): Promise<void> {
  const { owner_id } = await getRecord(ctx, personKind, id)
  const scope = writeScope(ctx, 'person')
  const isOwn = ctx.principal.member_id !== null && owner_id === ctx.principal.member_id
  if (scope === 'none' || (scope === 'own' && !isOwn))
    throw fail('forbidden', {
      code: 'records_read_only',
      detail: 'Your role does not let you change this person.',
    })
}

export const customerRoutes: Route[] = [
  ...recordRoutes(personKind, people, personHooks),
  ...recordRoutes(companyKind, companies, companyHooks),
  on(listPersonIdentifiers, (ctx, { params, query }) => listIdentifiers(ctx, { ...params, ...query })),
  on(listMerges, (ctx, { params }) => listOpenMerges(ctx, params.id)),
  on(mergePeople, async (ctx, { params, body }) => {
    // Both must be visible before anything is said about either.
    for (const id of [params.id, body.other_id]) await getWritable(ctx, id)
    return mergePerson(ctx, { ...params, ...body })
  }),
  on(unmergePeople, async (ctx, { params, body }) => {
    await getWritable(ctx, params.id)
    return unmergePerson(ctx, { ...params, ...body })
  }),
  on(listReviews, (ctx, { query }) => listOpenReviews(ctx, query)),
  on(resolveReview, (ctx, { params, body }) => decideReview(ctx, { ...params, ...body })),
]
