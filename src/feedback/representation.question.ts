import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../core/ctx.ts'
import { getKind } from '../records/index.ts'
import { isGuarded, surveysAsked } from './asked-surveys.ts'
import { independence } from './measures/chi-square.ts'
import type { ClusterSquares } from './measures/clusters.ts'
import { holm } from './measures/holm.ts'
import { rake } from './measures/rake.ts'
import { momentsOf, scoreOf, voteOf } from './measures/score.ts'
import { type Definition, definitions, type Measure } from './measures.contract.ts'
import { peopleCondition } from './people-condition.ts'
import { withMemory } from './population.ts'
import type { ComparedField, Comparison, measureRepresentation } from './representation.contract.ts'

type Query = Pick<z.output<typeof measureRepresentation.query>, 'from' | 'to' | 'filter'>
type Answer = z.output<typeof measureRepresentation.ok>

/** What a field is read from; a reader who may not see that is not told of it either. */
const sources: Record<
  ComparedField,
  { kind: 'person' | 'company'; field: string; value: RawBuilder<unknown> }
> = {
  country: { kind: 'person', field: 'country', value: sql`p.country` },
  language: { kind: 'person', field: 'language', value: sql`lower(split_part(p.language, '-', 1))` },
  tenure: {
    kind: 'person',
    field: 'created_at',
    value: sql`case when least(p.first_seen_at, p.created_at) > asked.at - interval '1 year' then 'under_1'
      when least(p.first_seen_at, p.created_at) > asked.at - interval '3 years' then '1_to_3' else 'over_3' end`,
  },
  industry: { kind: 'company', field: 'industry', value: sql`w.industry` },
  employees: {
    kind: 'company',
    field: 'employees',
    value: sql`case when w.employees < 10 then 'under_10' when w.employees < 50 then 'under_50'
      when w.employees < 250 then 'under_250' when w.employees is not null then 'over_250' end`,
  },
  revenue: {
    kind: 'company',
    field: 'revenue_minor',
    // Amounts of one currency only: others cannot be put beside them without a rate.
    value: sql`case when w.currency is distinct from (select currency from workspace where id = p.workspace_id) then null
      when w.revenue_minor < 100000000 then 'under_1m' when w.revenue_minor < 1000000000 then 'under_10m'
      when w.revenue_minor < 10000000000 then 'under_100m' when w.revenue_minor is not null then 'over_100m' end`,
  },
}

/**
 * Everybody who was asked, once: by the link that was answered last, else the newest. Each is looked up by key: joined, a
 * plan made without statistics compares everybody with everybody.
 */
export async function askedPeople(
  ctx: Ctx,
  query: Query,
  survey_ids: string[],
  fields: readonly ComparedField[],
) {
  const people = query.filter?.trim() ? await peopleCondition(ctx, [], query.filter) : sql`true`
  const { from, to } = query
  const columns = fields.map(field => sql`${sources[field].value} as ${sql.ref(field)}`)
  return sql`
    select p.id, asked.invitation_id, asked.at, asked.answered, coalesce(w.id, p.id) as cluster, ${sql.join(columns)}
    from (
      select distinct on (a.root_id) a.root_id, i.id as invitation_id, i.created_at as at, i.completed_at is not null as answered
      from invitation i cross join lateral (
        select said.root_id from person said where said.workspace_id = i.workspace_id and said.id = i.person_id limit 1) a
      where i.workspace_id = ${ctx.workspace_id} and i.survey_id = any(${survey_ids}::uuid[])
        ${from ? sql`and i.created_at >= ${from}` : sql``} ${to ? sql`and i.created_at < ${to}` : sql``}
      order by a.root_id, i.completed_at desc nulls last, i.created_at desc, i.id desc
    ) asked
    cross join lateral (
      select * from person one where one.workspace_id = ${ctx.workspace_id} and one.id = asked.root_id
        and one.deleted_at is null limit 1) p
    left join lateral (
      select root.* from company named join company root on root.workspace_id = named.workspace_id and root.id = named.root_id
      where named.workspace_id = ${ctx.workspace_id} and named.id = p.company_id and root.deleted_at is null limit 1) w on true
    where ${people}`
}

export async function visible(ctx: Ctx): Promise<ComparedField[]> {
  const seen = { person: await keysOf(ctx, 'person'), company: await keysOf(ctx, 'company') }
  return (Object.keys(sources) as ComparedField[]).filter(field =>
    seen[sources[field].kind].has(sources[field].field),
  )
}

/** A kind that the reader may not read at all has no fields. */
async function keysOf(ctx: Ctx, kind: 'person' | 'company'): Promise<Set<string>> {
  const { read } = ctx.principal.kinds[kind] ?? ctx.principal.kinds['*'] ?? { read: 'none' }
  return new Set(read === 'none' ? [] : (await getKind(ctx, kind)).fields.map(field => field.key))
}

interface Margin {
  field: ComparedField
  value: string | null
  answered: number
  silent: number
}

export async function margins(
  ctx: Ctx,
  people: RawBuilder<unknown>,
  fields: readonly ComparedField[],
): Promise<Margin[]> {
  const { rows } = await sql<Margin>`
    with asked as materialized (${people})
    select v.field, v.value, count(*) filter (where answered)::int as answered, count(*) filter (where not answered)::int as silent
    from asked cross join lateral (values ${sql.join(fields.map(field => sql`(${sql.lit(field)}, nullif(${sql.ref(field)}::text, ''))`))}) v (field, value)
    group by 1, 2`.execute(ctx.db)
  return rows
}

const mostGroups = 7
/** Below this expected count the chi-square distribution is no good approximation (Cochran, 1954). */
const leastExpected = 5

type Group = Comparison['groups'][number]

/** The large groups by name; those too small to compare stand together. */
export function grouped(all: readonly Margin[]): Group[] {
  const answered = all.reduce((sum, one) => sum + one.answered, 0)
  const silent = all.reduce((sum, one) => sum + one.silent, 0)
  const rarer = Math.min(answered, silent) / Math.max(1, answered + silent)
  // Of two groups of one size always the same one is named: the rows behind them are asked for later.
  const order = all
    .toSorted((a, b) => ((a.value ?? '') < (b.value ?? '') ? -1 : 1))
    .toSorted((a, b) => b.answered + b.silent - (a.answered + a.silent))
  const kept = order.filter(
    (one, index) => index < mostGroups && (one.answered + one.silent) * rarer >= leastExpected,
  )
  const rest = order.filter(one => !kept.includes(one))
  const groups = kept.map(one => ({ ...one, group: one.value === null ? 'unknown' : 'value' }) as const)
  const others = {
    value: null,
    group: 'others' as const,
    answered: rest.reduce((sum, one) => sum + one.answered, 0),
    silent: rest.reduce((sum, one) => sum + one.silent, 0),
  }
  return [...groups, ...(rest.length > 0 ? [others] : [])].map(({ value, group, ...counts }) => {
    const shares = {
      share_of_answered: answered === 0 ? 0 : counts.answered / answered,
      share_of_silent: silent === 0 ? 0 : counts.silent / silent,
    }
    return {
      value,
      group,
      answered: counts.answered,
      silent: counts.silent,
      ...shares,
      difference: shares.share_of_answered - shares.share_of_silent,
    }
  })
}

function compare(rows: readonly Margin[], fields: readonly ComparedField[]): Comparison[] {
  const compared = fields.flatMap(field => {
    const groups = grouped(rows.filter(row => row.field === field))
    return groups.some(one => one.group === 'value') ? [{ field, groups }] : []
  })
  const tests = compared.map(({ groups }) =>
    independence(groups.map(({ answered, silent }) => ({ one: answered, other: silent }))),
  )
  const adjusted = holm(tests.flatMap(test => test?.p ?? []))
  let next = 0
  return compared.map(({ field, groups }, index) => {
    const p = tests[index] === undefined ? null : (adjusted[next++] ?? null)
    return { field, p, differs: p !== null && p < 0.05, groups }
  })
}

interface Cell {
  categories: string[]
  /** How often each value of the scale was answered, from the lowest. */
  counts: number[]
}

const othersOf = 'others of '
const nameOf = (group: Group): string => (group.group === 'others' ? othersOf : `= ${group.value ?? ''}`)

/** Looked up one by one: joined, a plan made without statistics compares everybody with every answer. */
const answerOf = (ctx: Ctx, measure: Measure) => sql`
  select n.value::int as value from response r
  join answer n on n.workspace_id = r.workspace_id and n.response_id = r.id and n.measure = ${measure} and n.main
    and n.value is not null
  where r.workspace_id = ${ctx.workspace_id} and r.invitation_id = asked.invitation_id limit 1`

/** The answers by combination of groups of the fields that differ. */
async function cellsOf(
  ctx: Ctx,
  measure: Measure,
  people: RawBuilder<unknown>,
  by: readonly Comparison[],
): Promise<Cell[]> {
  const category = ({ field, groups }: Comparison) => {
    const named = groups.filter(one => one.group !== 'others').map(nameOf)
    const own = sql`'= ' || coalesce(nullif(asked.${sql.ref(field)}::text, ''), '')`
    return sql`case when ${own} = any(${named}::text[]) then ${own} else ${othersOf} end`
  }
  const categories = by.length === 0 ? sql`'{}'::text[]` : sql`array[${sql.join(by.map(category))}]`
  const { scale_min, scale_max } = definitions[measure]
  const counts = Array.from(
    { length: scale_max - scale_min + 1 },
    (_, index) => sql`count(*) filter (where a.value = ${sql.lit(scale_min + index)})::int`,
  )
  const { rows } = await sql<Cell>`
    with asked as materialized (${people})
    select ${categories} as categories, array[${sql.join(counts)}] as counts
    from asked cross join lateral (${answerOf(ctx, measure)}) a where asked.answered
    group by 1`.execute(ctx.db)
  return rows
}

async function clusterSums(ctx: Ctx, measure: Measure, people: RawBuilder<unknown>) {
  const definition = definitions[measure]
  const cases = Array.from({ length: definition.scale_max - definition.scale_min + 1 }, (_, index) => {
    const value = definition.scale_min + index
    return sql`when ${sql.lit(value)} then ${sql.lit(voteOf(definition, definition.score, value))}`
  })
  const { rows } = await sql<ClusterSquares>`
    with asked as materialized (${people}), clusters as (
      select count(*) as m, sum(case a.value ${sql.join(cases, sql` `)} end) as s
      from asked cross join lateral (${answerOf(ctx, measure)}) a where asked.answered
      group by asked.cluster
    )
    select count(*)::int as clusters, coalesce(sum(s * s), 0)::float8 as cluster_squares,
      coalesce(sum(s * m), 0)::float8 as cluster_products, coalesce(sum(m * m), 0)::float8 as cluster_sizes_squared
    from clusters`.execute(ctx.db)
  return rows[0]
}

const sizeOf = (cell: Cell) => cell.counts.reduce((sum, count) => sum + count, 0)

/** The answers of all cells by value, each cell with its weight. */
function tallyOf(cells: readonly Cell[], weights: readonly number[]) {
  const over = (power: number) =>
    (cells[0]?.counts ?? []).map((_, value) =>
      cells.reduce((sum, cell, index) => sum + (cell.counts[value] ?? 0) * (weights[index] ?? 1) ** power, 0),
    )
  return { counts: over(0), weights: over(1), squares: over(2), clusters: [] }
}

/** The score of weighted answers, with the interval of as many as they are worth. */
function estimateOf(
  definition: Definition,
  cells: readonly Cell[],
  weights: readonly number[],
  design_effect: number,
) {
  const scored = scoreOf(definition, tallyOf(cells, weights), { design_effect })
  if (!scored) return null
  const { value, low, high } = scored.score
  const { n, effective_n } = scored
  return { n, score: value, low: low ?? null, high: high ?? null, effective_n }
}

export async function representationOf(
  ctx: Ctx,
  measure: Measure,
  query: z.output<typeof measureRepresentation.query>,
): Promise<Answer> {
  const { surveys } = await surveysAsked(ctx, query)
  const nothing = { asked: 0, answered: 0, fields: [], raw: null, weighted: null }
  if (isGuarded(surveys)) return { guarded: true, ...nothing }
  const fields = await visible(ctx)
  await withMemory(ctx)
  const survey_ids = surveys.map(survey => survey.id)
  if (survey_ids.length === 0 || fields.length === 0) return { guarded: false, ...nothing }
  const people = await askedPeople(ctx, query, survey_ids, fields)
  const rows = await margins(ctx, people, fields)
  const first = rows.filter(row => row.field === fields[0])
  const answered = first.reduce((sum, row) => sum + row.answered, 0)
  const asked = answered + first.reduce((sum, row) => sum + row.silent, 0)
  const compared = compare(rows, fields)
  const by = compared.filter(one => one.differs)
  const cells = await cellsOf(ctx, measure, people, by)
  const answer = { guarded: false, asked, answered, fields: compared, raw: null, weighted: null }
  if (cells.length === 0) return answer
  const definition = definitions[measure]
  const even = cells.map(() => 1)
  const sums = await clusterSums(ctx, measure, people)
  const effect = momentsOf(definition, definition.score, tallyOf(cells, even), sums)?.design_effect ?? 1
  const raw = estimateOf(definition, cells, even, effect)
  const targets = by.map(
    ({ groups }) => new Map(groups.map(group => [nameOf(group), group.answered + group.silent])),
  )
  const raked =
    by.length === 0
      ? undefined
      : rake(
          cells.map(cell => ({ categories: cell.categories, n: sizeOf(cell) })),
          targets,
        )
  const weighted = raked ? estimateOf(definition, cells, raked.weights, effect) : null
  return {
    ...answer,
    raw,
    weighted:
      weighted && raked ? { ...weighted, by: by.map(one => one.field), uncovered: raked.uncovered } : null,
  }
}
