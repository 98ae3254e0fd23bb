import { on, type Route } from '../core/area.ts'
import { recordRoutes, updateRecord } from '../records/index.ts'
import { recordEndpoints } from '../records/records.contract.ts'
import { companies, companyKind, people, personKind } from './customers.contract.ts'
import { listPersonIdentifiers } from './identifiers.contract.ts'
import {
  listCompanyMerges,
  listMerges,
  mergeCompanies,
  mergePeople,
  unmergeCompanies,
  unmergePeople,
} from './merge.contract.ts'
import { mergeRecords } from './merge.ts'
import { listOpenMerges } from './merge-list.ts'
import { refuseUnwritable } from './merge-rights.ts'
import { companyMerge, personMerge } from './mergeable.ts'
import { listIdentifiers } from './person-identifiers.ts'
import { companyHooks, personHooks } from './record-hooks.ts'
import { relationHooks } from './relation-hooks.ts'
import { relationshipKind, relationships } from './relations.contract.ts'
import { decideReview, listOpenReviews } from './review-list.ts'
import { listReviews, resolveReview } from './reviews.contract.ts'
import { unmergeRecords } from './unmerge.ts'

const inBulk = /_many$|\.batch$|\.update$/

export const customerRoutes: Route[] = [
  ...recordRoutes(relationshipKind, recordEndpoints(relationshipKind), relationHooks).filter(
    ({ endpoint }) => !inBulk.test(endpoint.id),
  ),
  on(relationships.update, (ctx, { params, body }) => updateRecord(ctx, relationshipKind, params.id, body)),
  ...recordRoutes(personKind, people, personHooks),
  ...recordRoutes(companyKind, companies, companyHooks),
  on(listPersonIdentifiers, (ctx, { params, query }) => listIdentifiers(ctx, { ...params, ...query })),
  on(listMerges, (ctx, { params }) => listOpenMerges(ctx, personMerge, params.id)),
  on(listCompanyMerges, (ctx, { params }) => listOpenMerges(ctx, companyMerge, params.id)),
  on(mergePeople, async (ctx, { params, body }) => {
    await refuseUnwritable(ctx, personMerge, [params.id, body.other_id])
    return mergeRecords(ctx, personMerge, { ...params, ...body })
  }),
  on(mergeCompanies, async (ctx, { params, body }) => {
    await refuseUnwritable(ctx, companyMerge, [params.id, body.other_id])
    return mergeRecords(ctx, companyMerge, { ...params, ...body })
  }),
  on(unmergePeople, async (ctx, { params, body }) => {
    await refuseUnwritable(ctx, personMerge, [params.id])
    return unmergeRecords(ctx, personMerge, { ...params, ...body })
  }),
  on(unmergeCompanies, async (ctx, { params, body }) => {
    await refuseUnwritable(ctx, companyMerge, [params.id])
    return unmergeRecords(ctx, companyMerge, { ...params, ...body })
  }),
  on(listReviews, (ctx, { query }) => listOpenReviews(ctx, query)),
  on(resolveReview, (ctx, { params, body }) => decideReview(ctx, { ...params, ...body })),
]
