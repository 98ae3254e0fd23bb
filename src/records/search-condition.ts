import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Catalogue } from './catalogue.contract.ts'
import { allOf, type Compiling, type Condition, hasTrigram } from './filter-compile.ts'
import type { Kind } from './kind.contract.ts'
import { isHidden } from './rights.ts'

// Search as you type: every word must be somewhere in the record's search text, in any accent, case or phone format.

const mostWords = 8
const looksLikePhone = /^[\d\s()+./-]+$/

/** Digits as they stand in the middle of an international number: +49 30 123 and 030 123 have "30123" in common. */
function phoneDigits(search: string): string | undefined {
  if (!looksLikePhone.test(search)) return undefined
  const digits = search.replace(/\D/g, '').replace(/^0+/, '')
  return digits.length >= 3 ? digits : undefined
}

export function searchCondition(
  compiling: Compiling,
  catalogue: Catalogue,
  kind: Kind,
  alias: string,
  search: string,
): Condition {
  const columns = kind.search
  // The search text mixes fields: whoever may not see one of them may not search in it either.
  if (!columns || !mayRead(compiling, kind) || search.includes('\u0000')) return sql<SqlBool>`false`
  const text = sql.ref(`${alias}.${columns.text}`)
  const digits = phoneDigits(search)
  if (digits !== undefined) {
    compiling.needs_find = true
    return sql<SqlBool>`${text} like ${`%${digits}%`}`
  }
  const words = search.trim().split(/\s+/).slice(0, mostWords)
  const [only] = words
  if (words.length === 1 && only !== undefined && !hasTrigram(only) && columns.prefix)
    return begins(sql.ref(`${alias}.${columns.prefix}`), only)
  compiling.needs_find = words.some(hasTrigram)
  const conditions = words.map(word => sql<SqlBool>`${text} like rapport.contains_pattern(${word})`)
  const custom = customCondition(compiling, catalogue, kind, alias, words)
  return custom ? sql<SqlBool>`(${allOf(conditions)} or ${custom})` : allOf(conditions)
}

const begins = (column: RawBuilder<unknown>, search: string) =>
  sql<SqlBool>`(${column} collate "C" >= rapport.normal(${search}) and ${column} collate "C" < rapport.normal(${search}) || chr(1114111))`

/** Records whose name begins with the whole search; undefined where this reader may not search. */
export function prefixCondition(
  compiling: Compiling,
  kind: Kind,
  alias: string,
  search: string,
): Condition | undefined {
  if (!kind.search?.prefix || !mayRead(compiling, kind) || search.includes('\u0000')) return undefined
  return begins(sql.ref(`${alias}.${kind.search.prefix}`), search.trim())
}

const mayRead = ({ ctx }: Compiling, kind: Kind) =>
  kind.fields.every(field => !field.searchable || !isHidden(ctx.principal, kind.name, field))

/** Custom fields that search looks into: the whole text stands in one of them. */
function customCondition(
  compiling: Compiling,
  catalogue: Catalogue,
  kind: Kind,
  alias: string,
  words: string[],
): Condition | undefined {
  const ids = (catalogue.get(kind.name)?.fields ?? []).flatMap(field =>
    field.id !== undefined && field.searchable ? [field.id] : [],
  )
  if (ids.length === 0) return undefined
  compiling.needs_find = true
  return sql<SqlBool>`${sql.ref(`${alias}.id`)} = any(array(
    select v.record_id from field_value as v
    where v.workspace_id = ${compiling.ctx.workspace_id}::uuid and v.field_id = any(${ids}::uuid[]) and v.searchable
      and v.text_value like rapport.contains_pattern(${words.join(' ')}) limit 1000))`
}
