import { sql } from 'kysely'
import type { Ctx } from '../../core/ctx.ts'
import { fail } from '../../core/errors.ts'
import { identifiersOfNobodyElse, mergedWithOthers } from '../../customers/index.ts'
import { failedBy } from '../failure.ts'
import { says } from '../says.ts'
import { recordsOf } from './ledger.ts'
import type { addedKinds, SampleRemoval } from './sample.contract.ts'
import { attempts_limit, getRow, getSample, loadUpdate, sampleRow } from './sample.ts'

// What would go with the sample company, told before anything is taken away.

export async function sampleIds(ctx: Ctx) {
  const ids = async (kind: 'person' | 'company' | 'survey' | 'view' | 'field') => [
    ...(await recordsOf(ctx, kind)).values(),
  ]
  return {
    person_ids: await ids('person'),
    company_ids: await ids('company'),
    survey_ids: await ids('survey'),
    view_ids: await ids('view'),
    field_ids: await ids('field'),
  }
}
type Ids = Awaited<ReturnType<typeof sampleIds>>

const one = async (ctx: Ctx, count: ReturnType<typeof sql>): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select (${count})::int as n`.execute(ctx.db)
  return rows[0]?.n ?? 0
}

/** Records of the workspace's own that hold values in fields of the sample. */
export const usedFields = async (ctx: Ctx, ids: Pick<Ids, 'field_ids' | 'person_ids' | 'company_ids'>) => {
  const own = [...ids.person_ids, ...ids.company_ids]
  const { rows } = await sql<{ field_id: string; n: number }>`
    select field_id, count(distinct record_id)::int as n from field_value
    where workspace_id = ${ctx.workspace_id} and field_id = any (${ids.field_ids}::uuid[])
      and not record_id = any (${own}::uuid[]) group by field_id`.execute(ctx.db)
  return rows
}

async function interactionCounts(ctx: Ctx, ids: Ids): Promise<{ all: number; others: number }> {
  const identifiers = await identifiersOfNobodyElse(ctx.db, { workspace_id: ctx.workspace_id, ...ids })
  const { rows } = await sql<{ all: number; others: number }>`
    select count(*)::int as all, (count(*) filter (where source is distinct from 'sample'
      and not (source is not distinct from 'survey' and ref_id = any (${ids.survey_ids}::text[]))))::int as others
    from interaction where workspace_id = ${ctx.workspace_id} and identifier_id = any (${identifiers}::bigint[])`.execute(
    ctx.db,
  )
  return rows[0] ?? { all: 0, others: 0 }
}

export async function previewRemoval(ctx: Ctx): Promise<SampleRemoval> {
  const row = await sampleRow(ctx)
  if (!row) throw fail('not_found', { detail: says.sample_not_loaded() })
  const ids = await sampleIds(ctx)
  const workspace = ctx.workspace_id
  const people = sql`any (${ids.person_ids}::uuid[])`
  const surveys = sql`any (${ids.survey_ids}::uuid[])`
  const records = sql`any (${[...ids.person_ids, ...ids.company_ids, ...ids.survey_ids, ...ids.view_ids, ...ids.field_ids]}::uuid[])`
  const interactions = await interactionCounts(ctx, ids)
  const merged = await mergedWithOthers(ctx.db, { workspace_id: workspace, ...ids })
  const fields = await usedFields(ctx, ids)
  const counts: Record<(typeof addedKinds)[number], number> = {
    changed_records: await one(
      ctx,
      sql`select count(distinct record_id) from change where workspace_id = ${workspace}
        and record_id = ${records} and actor ~ '^(member|key|import):'`,
    ),
    interactions: interactions.others,
    answers: await one(
      ctx,
      sql`select count(*) from response where workspace_id = ${workspace}
        and (survey_id = ${surveys}) <> coalesce(person_id = ${people}, false)`,
    ),
    own_people: await one(
      ctx,
      sql`select count(*) from person where workspace_id = ${workspace} and deleted_at is null
        and company_id = any (${ids.company_ids}::uuid[]) and not id = ${people}`,
    ),
    relations: await one(
      ctx,
      sql`select count(*) from relationship r where r.workspace_id = ${workspace} and r.deleted_at is null
        and (r.person_id = ${people} or r.other_person_id = ${people}
          or r.company_id = any (${ids.company_ids}::uuid[]) or r.other_company_id = any (${ids.company_ids}::uuid[]))
        and exists (select from change c where c.workspace_id = r.workspace_id and c.kind = 'relationship'
          and c.record_id = r.id and c.op = 'insert' and c.actor ~ '^(member|key|import):' and c.request_id is not null)`,
    ),
    field_values: fields.reduce((sum, { n }) => sum + n, 0),
    merged,
  }
  return {
    people: ids.person_ids.length,
    companies: ids.company_ids.length,
    interactions: interactions.all,
    answers: await one(
      ctx,
      sql`select count(*) from response where workspace_id = ${workspace} and survey_id = ${surveys}`,
    ),
    surveys: ids.survey_ids.length,
    fields: ids.field_ids.length - fields.length,
    added: (Object.entries(counts) as [(typeof addedKinds)[number], number][])
      .filter(([, count]) => count > 0)
      .map(([what, count]) => ({ what, count })),
    blocked: merged > 0,
  }
}

/** Customers that are read as one with others cannot be taken apart here: whoever merged them decides. */
export async function refuseMerged(ctx: Ctx): Promise<void> {
  const merged = await mergedWithOthers(ctx.db, { workspace_id: ctx.workspace_id, ...(await sampleIds(ctx)) })
  if (merged === 0) return
  throw fail('conflict', {
    code: 'sample_merged',
    detail: says.sample_merged({ count: merged }),
  })
}

export async function markRemoving(ctx: Ctx): Promise<string> {
  const row = await getRow(ctx)
  if (row.status === 'loading' || row.status === 'cancelling')
    throw fail('conflict', {
      code: 'sample_loading',
      detail: says.sample_loading(),
    })
  await refuseMerged(ctx)
  await loadUpdate(ctx)
    .set({ status: 'removing', ...failedBy(null) })
    .execute()
  return row.id
}

export async function startRemoval(ctx: Ctx): ReturnType<typeof getSample> {
  const load_id = await markRemoving(ctx)
  await ctx.enqueue(
    'sample.remove',
    { load_id },
    { key: `sample.remove ${load_id}`, max_attempts: attempts_limit },
  )
  return getSample(ctx)
}
