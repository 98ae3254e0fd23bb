import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { inOne, type Said } from '../core/text-sentence.ts'
import type { Catalogue, CatalogueKind } from './catalogue.contract.ts'
import { loadCatalogue } from './catalogue.ts'
import { readSort } from './cursor.ts'
import { checkFilter } from './filter-check.contract.ts'
import { FilterSyntaxError } from './filter-lexer.contract.ts'
import { parseFilter } from './filter-parse.contract.ts'
import { manyOf } from './says.contract.ts'
import { says } from './says.ts'
import type { View, ViewColumn } from './views.contract.ts'

// What a view is made of, against what a reader may name: whatever he may not see, or is gone, is left out and said to be.

export interface ViewParts {
  filter: string
  search: string
  sort: string
  columns: ViewColumn[] | null
}

/** Why this reader cannot use the filter; undefined where he can. */
function problemOf(ctx: Ctx, catalogue: Catalogue, kind: string, filter: string): Said | undefined {
  if (filter.trim() === '') return undefined
  try {
    const context = { time_zone: 'UTC', now: ctx.now, member_id: ctx.principal.member_id }
    const checked = checkFilter(catalogue, kind, parseFilter(filter), context)
    return 'problems' in checked ? inOne(checked.problems.map(one => one.message)) : undefined
  } catch (error) {
    if (error instanceof FilterSyntaxError) return error.said
    throw error
  }
}

const isSortKey = (visible: CatalogueKind, key: string) =>
  visible.fields.some(field => field.key === key.replace(/^-/, '') && field.sortable)

/** A filter is withheld as a whole: half of one would be another question, and its words may tell what is hidden. */
export function shownParts(
  ctx: Ctx,
  catalogue: Catalogue,
  kind: string,
  parts: ViewParts,
): Pick<View, 'filter' | 'search' | 'sort' | 'columns' | 'withheld'> {
  const visible = catalogue.get(kind)
  const withheld: View['withheld'] = []
  const isKnown = problemOf(ctx, catalogue, kind, parts.filter) === undefined
  if (!isKnown) withheld.push('filter')
  const keys = parts.sort.split(',').filter(key => key !== '')
  const sorted = keys.filter(key => visible && isSortKey(visible, key.trim()))
  if (sorted.length < keys.length) withheld.push('sort')
  const columns = parts.columns?.filter(column => visible?.fields.some(field => field.key === column.key))
  if (columns && columns.length < (parts.columns?.length ?? 0)) withheld.push('columns')
  return {
    filter: isKnown ? parts.filter : null,
    search: parts.search,
    sort: sorted.join(),
    columns: columns ?? null,
    withheld,
  }
}

/** What is saved must work for who saves it. */
export async function refuseUnreadable(
  ctx: Ctx,
  visible: CatalogueKind,
  { filter, sort, columns }: { [Part in keyof ViewParts]?: ViewParts[Part] | undefined },
): Promise<void> {
  const problem = problemOf(ctx, await loadCatalogue(ctx), visible.name, filter ?? '')
  if (problem !== undefined)
    throw fail('invalid', {
      code: 'invalid_filter',
      detail: problem,
      errors: [{ path: 'filter', message: problem }],
    })
  readSort(visible, sort)
  const keys = (columns ?? []).map(column => column.key)
  const strange = keys.find(key => !visible.fields.some(field => field.key === key))
  if (strange === undefined && new Set(keys).size === keys.length) return
  const message =
    strange === undefined
      ? says.column_twice()
      : says.no_field_to_show({ field: strange, kind: manyOf(visible) })
  throw fail('invalid', { detail: message, errors: [{ path: 'columns', message }] })
}
