import type { Ctx } from '../core/ctx.ts'
import { ColumnMapping, type ImportKind } from './import-formats.contract.ts'
import type { ImportPlan } from './import-plan.ts'
import type { Preview } from './imports.contract.ts'
import type { Target } from './targets.ts'

/** The last import of a file with these very columns, and the way it was mapped. */
export async function findRemembered(
  ctx: Ctx,
  { header, kind }: { header: readonly string[]; kind: ImportKind | undefined },
) {
  let query = ctx.db
    .selectFrom('import_job')
    .innerJoin('import_file', join =>
      join
        .onRef('import_file.workspace_id', '=', 'import_job.workspace_id')
        .onRef('import_file.id', '=', 'import_job.file_id'),
    )
    .select(['import_job.id', 'import_job.plan', 'import_job.created_at', 'import_file.name'])
    .where('import_job.workspace_id', '=', ctx.workspace_id)
    .where('import_job.dry_run', '=', false)
    .where('import_job.status', '=', 'done')
    .where('import_job.header', '=', JSON.stringify(header))
    .orderBy('import_job.created_at', 'desc')
    .limit(1)
  if (kind) query = query.where('import_job.kind', '=', kind)
  const row = await query.executeTakeFirst()
  return row && { ...row, plan: row.plan as ImportPlan }
}

type Found = NonNullable<Awaited<ReturnType<typeof findRemembered>>>

/** As a person can take it over and change it; fields that are gone since are left out. */
export function rememberedOf({ id, plan, created_at, name }: Found, targets: readonly Target[]) {
  const usable = ({ target, question }: ColumnMapping) =>
    question !== undefined || target.startsWith('properties.') || targets.some(({ key }) => key === target)
  const mapping = plan.mapping
    .map(({ column, target, date_order, decimal, question }) =>
      ColumnMapping.parse({ column, target, date_order, decimal, question }),
    )
    .filter(usable)
  return {
    import_id: id,
    file_name: name,
    at: created_at.toISOString(),
    mapping,
    match: plan.match.filter(key => mapping.some(({ target }) => target === key)),
    mode: plan.mode,
    settings: plan.settings,
  } satisfies Record<keyof NonNullable<Preview['remembered']>, unknown>
}
