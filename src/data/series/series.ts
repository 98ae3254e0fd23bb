import { sql } from 'kysely'
import type { Ctx } from '../../core/ctx.ts'
import { definitions, isMeasure } from '../../feedback/measures.contract.ts'
import { isNoAnswer } from '../answer-importer.ts'
import { columns_limit } from '../formats/table-file.ts'
import { type Alignment, alignments, ColumnMapping, type ImportKind } from '../import-formats.contract.ts'
import type { ImportPlan } from '../import-plan.ts'
import type { Preview } from '../imports.contract.ts'
import type { Target } from '../targets.ts'
import { alignColumns, type NamedColumn } from './align.ts'

// The next file of a survey, whose columns are not called or ordered as in the files before: each is mapped as the column was
// that it agrees with, in whichever of the earlier files that was.

interface SeriesColumn extends NamedColumn {
  cells: readonly string[]
  date_order: ColumnMapping['date_order'] | null
}

interface Earlier {
  import_id: string
  plan: ImportPlan
  header: string[]
  at: Date
  file_name: string
  survey_id: string
  survey_name: string
}

interface Carried {
  mapping: ColumnMapping
  by: Alignment
  name: string
  file_name: string
}

const most_imports = 60
/** Of the cells of a column, so many stand on the scale that they stood on before. */
const least_on_scale = 0.9

export async function findSeries(
  ctx: Ctx,
  {
    columns,
    kind,
    targets,
  }: { columns: readonly SeriesColumn[]; kind: ImportKind | undefined; targets: readonly Target[] },
): Promise<NonNullable<Preview['remembered']> | undefined> {
  // Every column is held against every one of every earlier file; no mapping takes more columns than this.
  if (columns.length > columns_limit) return undefined
  if ((kind && kind !== 'answer') || !ctx.principal.permissions.has('surveys.manage')) return undefined
  const usable = ({ target, question }: ColumnMapping) =>
    question !== undefined || targets.some(({ key }) => key === target)
  const by_survey = new Map<string, Earlier[]>()
  for (const one of await earlierAnswers(ctx))
    by_survey.set(one.survey_id, [...(by_survey.get(one.survey_id) ?? []), one])
  const found = [...by_survey.values()].flatMap(files => {
    const series = carryOver(files, columns)
    return series ? [{ ...series, carried: series.carried.filter(one => usable(one.mapping)), files }] : []
  })
  const [best] = found.toSorted((a, b) => b.carried.length - a.carried.length)
  const last = best?.files[0]
  if (!best || !last || best.carried.length === 0) return undefined
  const { occurred_at: _day, ...defaults } = last.plan.settings.defaults
  return {
    import_id: last.import_id,
    file_name: last.file_name,
    at: last.at.toISOString(),
    mapping: best.carried.map(one => one.mapping),
    match: [],
    mode: last.plan.mode,
    // These were given on other days than those.
    settings: { ...last.plan.settings, defaults, survey: { id: last.survey_id } },
    missing: best.missing,
    last: null,
    series: {
      survey: { id: last.survey_id, name: last.survey_name },
      columns: best.carried.map(({ mapping, by, name, file_name }) => ({
        column: mapping.column,
        by,
        name,
        file_name,
      })),
      open: best.open,
    },
  }
}

async function earlierAnswers(ctx: Ctx): Promise<Earlier[]> {
  const { rows } = await sql<Earlier>`
    select j.id as import_id, j.plan, j.header, j.created_at as at, f.name as file_name, s.id as survey_id, s.name as survey_name
    from import_job j
    join import_file f on f.workspace_id = j.workspace_id and f.id = j.file_id
    join survey s on s.workspace_id = j.workspace_id and s.id::text = j.plan #>> '{survey,id}'
    where j.workspace_id = ${ctx.workspace_id} and j.kind = 'answer' and j.status = 'done' and not j.dry_run
    order by j.created_at desc limit ${most_imports}`.execute(ctx.db)
  return rows
}

/** What one column holds, whatever it is called: a field, or a question. */
const identityOf = ({ target, question }: ColumnMapping): string =>
  question ? JSON.stringify([question.measure, question.label, question.touchpoint ?? '']) : target

/** From the newest file to the oldest; where two say something of a column, the firmer, then the newer. */
function carryOver(files: readonly Earlier[], columns: readonly SeriesColumn[]) {
  const offers: Carried[] = []
  let like = 0
  for (const { plan, header, file_name } of files) {
    const before = header.map((name, at) => ({ name, text: labelAt(plan, at) ?? name }))
    const aligned = alignColumns(before, columns)
    like = Math.max(like, aligned.size / Math.max(1, Math.min(header.length, columns.length)))
    for (const one of plan.mapping) {
      const to = aligned.get(one.column)
      const column = to && columns[to.column]
      if (!to || !column || !isOnScale(one.question, column.cells)) continue
      const mapping = mappedTo(one, to.column, column)
      offers.push({ mapping, by: to.by, name: header[one.column] ?? '', file_name })
    }
  }
  const carried: Carried[] = []
  for (const offer of offers.toSorted((a, b) => alignments.indexOf(a.by) - alignments.indexOf(b.by))) {
    const same = (one: Carried) =>
      one.mapping.column === offer.mapping.column || identityOf(one.mapping) === identityOf(offer.mapping)
    if (!carried.some(same)) carried.push(offer)
  }
  const known = new Set(carried.map(one => identityOf(one.mapping)))
  const asked = new Map(
    files.flatMap(({ plan }) =>
      plan.mapping.map((one): [string, ImportPlan['mapping'][number]] => [identityOf(one), one]),
    ),
  )
  const left = [...asked].filter(([identity]) => !known.has(identity)).map(([, one]) => one)
  const missing = left.map(({ question, name }) => question?.label ?? name)
  const open = left.flatMap(({ question }) => question ?? [])
  const enough =
    like >= 0.5 || (carried.some(one => one.mapping.question) && carried.length >= missing.length)
  return enough ? { carried, missing, open } : undefined
}

const labelAt = ({ mapping }: ImportPlan, at: number) =>
  mapping.find(one => one.column === at)?.question?.label

function mappedTo(
  { target, question, date_order, decimal }: ColumnMapping,
  at: number,
  column: SeriesColumn,
): ColumnMapping {
  return ColumnMapping.parse({
    column: at,
    target: question ? `answers.${at}` : target,
    date_order: column.date_order ?? date_order,
    decimal,
    question,
  })
}

function isOnScale(question: ColumnMapping['question'], cells: readonly string[]): boolean {
  if (!question || !isMeasure(question.measure)) return true
  const { scale_min, scale_max } = definitions[question.measure]
  const filled = cells.map(cell => cell.trim()).filter(Boolean)
  const on = filled.filter(cell => {
    const value = Number(cell)
    return (
      isNoAnswer(cell, question.no_answer) ||
      (Number.isInteger(value) && value >= scale_min && value <= scale_max)
    )
  })
  return on.length >= filled.length * least_on_scale
}
