import { sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { arrayText } from './columns.ts'
import { type Draft, type FieldValue, fold, nameFromParts, type ReadTraits, type Traits } from './traits.ts'

// People and companies as they are being folded: read once under lock, changed in memory, written in one statement.

export interface RecordDraft extends Draft {
  id: string
  created: boolean
  /** A value moved, or only the instant since when it is so. */
  changed: boolean
  touched: boolean
}

const columns = {
  person: {
    text: [
      'name',
      'given_name',
      'family_name',
      'email',
      'phone',
      'job_title',
      'city',
      'region',
      'country',
      'language',
      'time_zone',
      'external_id',
    ],
    uuid: ['company_id', 'owner_id'],
    bigint: [],
    boolean: ['do_not_contact'],
    timestamptz: ['first_seen_at', 'last_seen_at'],
  },
  company: {
    text: ['name', 'domain', 'industry', 'phone', 'city', 'region', 'country', 'external_id', 'currency'],
    uuid: ['owner_id'],
    bigint: ['employees', 'revenue_minor'],
    boolean: [],
    timestamptz: [],
  },
} as const
export type DraftKind = keyof typeof columns

export const columnsOf = (kind: DraftKind) =>
  Object.entries(columns[kind]).flatMap(([type, names]) => names.map((name: string) => ({ name, type })))

export const newDraft = (id: string): RecordDraft => ({
  id,
  created: true,
  changed: true,
  touched: true,
  values: {},
  custom: {},
  traits: {},
  as_of: {},
  since: Number.NEGATIVE_INFINITY,
})

interface StoredRow {
  id: string
  custom: Traits
  traits: Traits
  as_of: Record<string, string>
  created_at: Date
  [column: string]: unknown
}

export async function loadDrafts(
  ctx: Ctx,
  kind: DraftKind,
  ids: string[],
): Promise<Map<string, RecordDraft>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<StoredRow>`
    select id, custom, traits, as_of, created_at, ${sql.join(columnsOf(kind).map(column => sql.ref(column.name)))}
    from ${sql.table(kind)} where workspace_id = ${ctx.workspace_id} and id = any(${ids}::uuid[])
    order by id for no key update`.execute(ctx.db)
  return new Map(
    rows.map(({ id, custom, traits, as_of, created_at, ...values }) => [
      id,
      {
        id,
        custom,
        traits,
        as_of,
        values,
        since: created_at.getTime(),
        created: false,
        changed: false,
        touched: false,
      },
    ]),
  )
}

const valuesOf = (draft: RecordDraft): string => JSON.stringify([draft.values, draft.custom, draft.traits])

/** Folds what one event says into the record; only values that moved count as a change. */
export function foldInto(
  draft: RecordDraft,
  read: Pick<ReadTraits, 'fields' | 'rest'>,
  custom: Record<string, unknown>,
  time: number,
): boolean {
  const before = valuesOf(draft)
  if (!fold(draft, read, custom, time)) return false
  draft.touched = true
  if (before === valuesOf(draft)) return false
  draft.changed = true
  return true
}

export const foldField = (draft: RecordDraft, field: string, value: FieldValue, time: number): boolean =>
  foldInto(draft, { fields: { [field]: value }, rest: {} }, {}, time)

const quietly = 15 * 60_000

/** First and last seen move in steps of a quarter of an hour: a visitor's every click need not rewrite the row. */
export function seen(draft: RecordDraft, time: number): void {
  const first = draft.values['first_seen_at'] as Date | string | null | undefined
  const last = draft.values['last_seen_at'] as Date | string | null | undefined
  const instant = new Date(time).toISOString()
  if (first === null || first === undefined || time < new Date(first).getTime()) {
    draft.values['first_seen_at'] = instant
    draft.touched = true
  }
  if (last === null || last === undefined || time >= new Date(last).getTime() + quietly) {
    draft.values['last_seen_at'] = instant
    draft.touched = true
  }
}

export async function saveDrafts(ctx: Ctx, kind: DraftKind, drafts: Iterable<RecordDraft>): Promise<void> {
  const all = [...drafts].filter(draft => draft.touched)
  if (kind === 'person') for (const draft of all) nameFromParts(draft.values)
  await insertDrafts(
    ctx,
    kind,
    all.filter(draft => draft.created),
  )
  await updateDrafts(
    ctx,
    kind,
    all.filter(draft => !draft.created),
  )
}

/** The drafts as rows `x` of a from clause. */
const rowsOf = (kind: DraftKind, drafts: RecordDraft[]) => {
  const column = (type: string, valueOf: (draft: RecordDraft) => unknown) =>
    sql`${arrayText(drafts, valueOf)}::${sql.raw(type)}[]`
  const names = ['id', 'custom', 'traits', 'as_of', 'changed', ...columnsOf(kind).map(one => one.name)]
  const values = [
    column('uuid', draft => draft.id),
    column('jsonb', draft => draft.custom),
    column('jsonb', draft => draft.traits),
    column('jsonb', draft => draft.as_of),
    column('boolean', draft => draft.changed),
    ...columnsOf(kind).map(({ name, type }) => column(type, draft => draft.values[name])),
  ]
  return sql`unnest(${sql.join(values)}) x (${sql.join(names.map(name => sql.ref(name)))})`
}

async function insertDrafts(ctx: Ctx, kind: DraftKind, drafts: RecordDraft[]): Promise<void> {
  if (drafts.length === 0) return
  const names = columnsOf(kind).map(column => sql.ref(column.name))
  await sql`
    insert into ${sql.table(kind)} (workspace_id, id, custom, traits, as_of, created_at, updated_at, ${sql.join(names)})
    select ${ctx.workspace_id}, x.id, x.custom, x.traits, x.as_of, ${ctx.now}, ${ctx.now},
      ${sql.join(columnsOf(kind).map(column => sql.ref(`x.${column.name}`)))}
    from ${rowsOf(kind, drafts)}`.execute(ctx.db)
}

async function updateDrafts(ctx: Ctx, kind: DraftKind, drafts: RecordDraft[]): Promise<void> {
  if (drafts.length === 0) return
  const sets = columnsOf(kind).map(column => sql`${sql.ref(column.name)} = ${sql.ref(`x.${column.name}`)}`)
  await sql`
    update ${sql.table(kind)} t set custom = x.custom, traits = x.traits, as_of = x.as_of,
      updated_at = case when x.changed then ${ctx.now}::timestamptz else t.updated_at end, ${sql.join(sets)}
    from ${rowsOf(kind, drafts)}
    where t.workspace_id = ${ctx.workspace_id} and t.id = x.id`.execute(ctx.db)
}

/** What somebody said, now: it counts from now, so that an event that happened before and arrives later does not overwrite it. */
export function writeValues(
  draft: RecordDraft,
  values: Record<string, FieldValue>,
  custom: Record<string, unknown>,
  now: Date,
): boolean {
  const given = { ...values }
  keepNameInStep(draft.values, given)
  const changedFields = Object.keys(given).filter(field => (draft.values[field] ?? null) !== given[field])
  const changedCustom = Object.keys(custom).filter(
    key => JSON.stringify(draft.custom[key] ?? null) !== JSON.stringify(custom[key] ?? null),
  )
  for (const field of changedFields) draft.values[field] = given[field]
  for (const key of changedCustom) {
    if (custom[key] === null) delete draft.custom[key]
    else draft.custom[key] = custom[key]
  }
  const changed = changedFields.length + changedCustom.length > 0
  if (changed && !draft.created)
    for (const field of [...changedFields, ...changedCustom.map(key => `custom.${key}`)])
      draft.as_of[field] = now.toISOString()
  draft.changed ||= changed
  draft.touched ||= changed
  return changed
}

const joined = (values: Record<string, unknown>) =>
  [values['given_name'], values['family_name']].filter(Boolean).join(' ')

/** A full name that was only its parts put together follows them. */
export function keepNameInStep(stored: Record<string, unknown>, given: Record<string, unknown>): void {
  if (given['name'] !== undefined || !('given_name' in given || 'family_name' in given)) return
  const before = stored['name']
  if (before && before !== joined(stored)) return
  const name = joined({ ...stored, ...given })
  if (name !== '') given['name'] = name
}
