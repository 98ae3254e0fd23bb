import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { isUnsaid, isWithheld, minimumN } from './measures/disclosure.ts'
import { type BandFigure, type Figure, type FigureKind, scoreOf, type Tally } from './measures/score.ts'
import { definitions, isMeasure, type Measure } from './measures.contract.ts'
import type { Population } from './population.ts'
import { isSmallPart } from './small-parts.ts'
import type { Survey } from './surveys.contract.ts'
import { answersIn, countAnswers } from './tallies.ts'

// A measure's figures as the API says them: of the whole range, of a period, of a segment.

const unitOf = { net: 'points', share: 'percent', mean: 'scale' } as const satisfies Record<
  FigureKind,
  string
>
export const unitIn = (measure: Measure) => unitOf[definitions[measure].score]

const bounds = ({ low, high }: Pick<Figure, 'low' | 'high'>) => ({ low: low ?? null, high: high ?? null })
const nothing = { effective_n: null, score: null, low: null, high: null, second: null, bands: null }
const nobody = { promoters: null, passives: null, detractors: null }

const secondOf = (second: Figure | undefined) =>
  second && second.kind !== 'net' ? { figure: second.kind, value: second.value, ...bounds(second) } : null

/** The counts that a Net Promoter Score has always been told with. */
function npsCounts(measure: Measure, bands: readonly BandFigure[] | undefined) {
  if (measure !== 'nps') return {}
  const n = (name: string) => bands?.find(band => band.name === name)?.n ?? (bands ? 0 : null)
  return { promoters: n('promoters'), passives: n('passives'), detractors: n('detractors') }
}

export function figuresOf(measure: Measure, tally: Tally | undefined, hidden: boolean) {
  const n = answersIn(tally)
  const own = measure === 'nps' ? nobody : {}
  if (hidden) return { n, ...nothing, ...own, withheld: true, indicative: false }
  const definition = definitions[measure]
  const scored = tally && scoreOf(definition, tally)
  if (!scored)
    return {
      n,
      ...nothing,
      ...(measure === 'nps' ? npsCounts(measure, []) : {}),
      withheld: false,
      indicative: false,
    }
  return {
    n,
    effective_n: scored.effective_n,
    score: scored.score.value,
    ...bounds(scored.score),
    second: secondOf(scored.second),
    bands: scored.bands.map(({ name, ...figure }, index) => {
      const { low: from = 0, high: to = 0 } = definition.bands[index] ?? {}
      return { band: name, from, to, ...figure }
    }),
    ...npsCounts(measure, scored.bands),
    withheld: false,
    indicative: n < minimumN.indicative,
  }
}

/** Of a guarded survey: too few answers, or so many that the few left over could be worked out from a total. */
export async function isHidden(ctx: Ctx, population: Population, n: number): Promise<boolean> {
  const { people: _, ...everybody } = population
  const { from: _from, to: _to, ...always } = population
  const { place: _place, touchpoint: _touchpoint, ...everywhere } = everybody
  const range = { from: undefined, to: undefined }
  const parts = ({ people, from, to, place, touchpoint }: Population) =>
    JSON.stringify([people !== undefined, from, to, place, touchpoint])
  // Most populations are as wide as several of these: each is counted once, and itself not again.
  const counted = new Map([[parts(population), n]])
  for (const wider of [
    everybody,
    always,
    { ...everybody, ...range },
    everywhere,
    { ...everywhere, ...range },
  ]) {
    const all = counted.get(parts(wider)) ?? (await countAnswers(ctx, wider))
    counted.set(parts(wider), all)
    if ((population.people ? isUnsaid : isWithheld)(n, all)) return true
  }
  return isSmallPart(ctx, population)
}

export async function hasWeights(ctx: Ctx, { measure, survey_ids }: Population): Promise<boolean> {
  const found: RawBuilder<{ found: boolean }> = sql`
    select exists (select from answer where workspace_id = ${ctx.workspace_id} and survey_id = any (${survey_ids}::uuid[])
      and measure = ${measure} and weight is not null) as found`
  const { rows } = await found.execute(ctx.db)
  return rows[0]?.found ?? false
}

const asksNoMore = sql<boolean>`not bool_or(q.version = s.version)`

const questionsOf = (ctx: Ctx, { measure, survey_ids }: Population) => sql`survey s
  join survey_question q on q.workspace_id = s.workspace_id and q.survey_id = s.id and q.measure = ${measure}
  where s.workspace_id = ${ctx.workspace_id} and s.id = any (${survey_ids}::uuid[])`

/** Questions of the measure were asked once, and none is asked any more. */
export async function isRetired(ctx: Ctx, population: Population): Promise<boolean> {
  const { touchpoint } = population
  const { rows } = await sql<{ retired: boolean | null }>`
    select ${asksNoMore} as retired from ${questionsOf(ctx, population)}
      ${touchpoint === undefined ? sql`` : sql`and q.touchpoint = ${touchpoint}`}`.execute(ctx.db)
  return rows[0]?.retired ?? false
}

/** Touchpoints that questions of the measure were about, of which none is asked any more. */
export async function retiredTouchpoints(ctx: Ctx, population: Population): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ touchpoint: string }>`
    select q.touchpoint from ${questionsOf(ctx, population)} and q.touchpoint is not null
    group by q.touchpoint having ${asksNoMore}`.execute(ctx.db)
  return new Set(rows.map(row => row.touchpoint))
}

/** The last answer of each survey and measure is found by index; only the order of the measures comes of it. */
export async function measuresThere(
  ctx: Ctx,
): Promise<{ items: { measure: Measure; kind: Survey['kind'] }[] }> {
  const { rows } = await sql<{ measure: string; kind: Survey['kind'] }>`
    select asked.measure, asked.kind from (
      select distinct s.id, s.kind, q.measure from survey s
      join survey_question q on q.workspace_id = s.workspace_id and q.survey_id = s.id and q.scale_min is not null
      where s.workspace_id = ${ctx.workspace_id} and s.opened_at is not null
    ) asked
    cross join lateral (
      select a.answered_at as at from answer a where a.workspace_id = ${ctx.workspace_id} and a.survey_id = asked.id
        and a.measure = asked.measure and a.value is not null and a.main order by a.answered_at desc limit 1) last
    group by asked.measure, asked.kind order by max(last.at) desc, asked.measure, asked.kind`.execute(ctx.db)
  return { items: rows.flatMap(({ measure, kind }) => (isMeasure(measure) ? { measure, kind } : [])) }
}
