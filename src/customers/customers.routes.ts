import { on, type Route } from '../core/area.ts'
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

export const customerRoutes: Route[] = [
  ...recordRoutes(personKind, people, personHooks),
  ...recordRoutes(companyKind, companies, companyHooks),
  on(listPersonIdentifiers, (ctx, { params, query }) => listIdentifiers(ctx, { ...params, ...query })),
  on(listMerges, (ctx, { params }) => listOpenMerges(ctx, params.id)),
  on(mergePeople, async (ctx, { params, body }) => {
    // Both must be visible before anything is said about either.
    await getRecord(ctx, personKind, params.id)
    await getRecord(ctx, personKind, body.other_id)
    return mergePerson(ctx, { ...params, ...body })
  }),
  on(unmergePeople, async (ctx, { params, body }) => {
    await getRecord(ctx, personKind, params.id)
    return unmergePerson(ctx, { ...params, ...body })
  }),
  on(listReviews, (ctx, { query }) => listOpenReviews(ctx, query)),
  on(resolveReview, (ctx, { params, body }) => decideReview(ctx, { ...params, ...body })),
]
