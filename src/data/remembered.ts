import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { findLast } from './delta/since.ts'
import { ColumnMapping, type ImportKind, unnamedColumn } from './import-formats.contract.ts'
import type { ImportPlan } from './import-plan.ts'
import { importsWithFile } from './import-with-file.ts'
import { type ImportSettings, usual_source } from './imports.contract.ts'
import { says } from './says.ts'
import type { Target } from './targets.ts'

interface Asked {
  header: readonly string[]
  kind: ImportKind | undefined
  /** The import that a person said the file is a newer export of. */
  again?: string | undefined
}

/** The import that a file is said to go on, else the last of a file with these very columns. */
export async function findRemembered(ctx: Ctx, { header, kind, again }: Asked) {
  let query = importsWithFile(ctx)
    .select([
      'import_job.id',
      'import_job.plan',
      'import_job.header',
      'import_job.created_at',
      'import_file.name',
    ])
    .where('import_job.dry_run', '=', false)
    .orderBy('import_job.created_at', 'desc')
    .limit(1)
  query = again
    ? query.where('import_job.id', '=', again)
    : query.where('import_job.status', '=', 'done').where('import_job.header', '=', JSON.stringify(header))
  if (kind) query = query.where('import_job.kind', '=', kind)
  const row = await query.executeTakeFirst()
  if (!row && again && !kind) throw fail('not_found', { detail: says.no_such_import() })
  return row && { ...row, plan: row.plan as ImportPlan, header: row.header as string[] }
}

type Found = NonNullable<Awaited<ReturnType<typeof findRemembered>>>

/** As a person can take it over and change it; fields and columns that are gone since are left out. */
export async function rememberedOf(
  ctx: Ctx,
  { id, plan, header: then, created_at, name }: Found,
  { header, targets }: { header: readonly string[]; targets: readonly Target[] },
) {
  const usable = ({ target, question }: ColumnMapping) =>
    question !== undefined || target.startsWith('properties.') || targets.some(({ key }) => key === target)
  const missing: string[] = []
  const mapping = plan.mapping
    .flatMap(({ column: was, target, date_order, decimal, question }) => {
      const column = columnNow(was, then, header)
      if (column === undefined) missing.push(then[was] ?? unnamedColumn(was))
      if (column === undefined) return []
      const to = question ? `answers.${column}` : target
      return [ColumnMapping.parse({ column, target: to, date_order, decimal, question })]
    })
    .filter(usable)
  const last = await findLast(ctx, id)
  return {
    import_id: id,
    file_name: name,
    at: created_at.toISOString(),
    mapping,
    match: plan.match.filter(key => mapping.some(({ target }) => target === key)),
    mode: plan.mode,
    // The next answers belong to the survey that these made, whatever their file is called.
    settings: plan.survey ? { ...plan.settings, survey: { id: plan.survey.id } } : plan.settings,
    missing,
    last: last ? { import_id: last.id, file_name: last.file_name, at: last.created_at.toISOString() } : null,
    series: null,
  }
}

/** Columns are known by their names; of several with one name, by their order. */
function columnNow(was: number, then: readonly string[], now: readonly string[]): number | undefined {
  const name = then[was]
  if (now[was] === name) return was
  const before = then.slice(0, was).filter(one => one === name).length
  return now.flatMap((one, at) => (one === name ? [at] : []))[before]
}

/** The settings with those of an earlier import in the places that nobody filled; its answers were given on another day. */
export function withRemembered(settings: ImportSettings, before: ImportSettings): ImportSettings {
  const { occurred_at: _day, ...defaults } = before.defaults
  return {
    ...settings,
    country: settings.country ?? before.country,
    currency: settings.currency ?? before.currency,
    source: settings.source === usual_source ? before.source : settings.source,
    survey: settings.survey ?? before.survey,
    defaults: { ...defaults, ...settings.defaults },
  }
}
