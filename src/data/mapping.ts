import { type Language, languages } from '../core/languages.contract.ts'
import { saidIn } from '../core/text-translated.ts'
import { cellReader } from './cells.ts'
import type { KnownExport } from './exports/known-export.ts'
import { claimColumns, isPlumbing } from './exports/recognise.ts'
import type { CellType, ImportKind } from './import-formats.contract.ts'
import { matchableBy, suggestedMatch } from './imports.contract.ts'
import type { Row } from './rows.ts'
import { says } from './says.ts'
import { type Sniffed, sniff } from './sniff.ts'
import { headerKey, type Target, targetsOf } from './targets.ts'

export interface SeenColumn extends Sniffed {
  name: string
  cells: readonly string[]
}

export const seeColumns = (header: readonly string[], rows: readonly Row[], width: number): SeenColumn[] =>
  Array.from({ length: width }, (_, at) => {
    const cells = rows.map(row => row.cells[at] ?? '')
    return { name: header[at] ?? '', cells, ...sniff(cells) }
  })

// A header may say "Phone" over a column of remarks: the values have a say, too.
const fits: Partial<Record<Target['type'], CellType[]>> = {
  email: ['email', 'empty', 'text'],
  date_time: ['date', 'date_time', 'number', 'empty'],
  number: ['number', 'money', 'empty'],
  money: ['number', 'money', 'empty'],
  phone: ['phone', 'number', 'empty', 'text', 'id'],
  boolean: ['boolean', 'number', 'empty'],
}
// Values of an object are called like the field they fill: `traits.phone`, `attributes.city`. An id in there may be anybody's.
const inObject = /^(attributes|attribs|traits|properties)[._](?=[a-z])/i
const nameKey = (name: string) => headerKey(name.replace(inObject, ''))

// A column that is called e-mail is one, however many of its cells are wrong: they are shown, and refused row by row.
const agrees = (target: Target, { name, type, cells }: SeenColumn, closeness: number): boolean => {
  if (target.type === 'member') return namesMembers(target, cells)
  if (target.key === 'job_title' && areSalutations(cells)) return false
  // How many comments there were, and whether a message was sent, are no words.
  if (target.key === 'text' && (type === 'number' || type === 'boolean')) return false
  if (flagTypes.has(target.type)) return closeness < 2
  if ((target.type === 'id' || target.type === 'first_id') && inObject.test(name)) return false
  if ((target.type === 'email' || target.type === 'boolean') && closeness < 2) return true
  return type === 'country' ? target.key === 'country' : (fits[target.type]?.includes(type) ?? true)
}

// What leaves out rows or silences people is never guessed.
const flagTypes = new Set<Target['type']>(['deleted', 'still_there', 'no_contact'])

const salutation = /^(mrs?|ms|miss|mx|dr|prof|sir|madam|herrn?|frau|m|mme|mlle|sr|sra)\.?$/i

/** A column called "title" holds jobs in one export and "Mrs." in the next. */
function areSalutations(cells: readonly string[]): boolean {
  const filled = cells.map(cell => cell.trim()).filter(Boolean)
  return filled.length > 0 && filled.filter(cell => salutation.test(cell)).length * 2 >= filled.length
}

/** Owners in the export of another system are often nobody here: then the column is left to the person. */
function namesMembers(target: Target, cells: readonly string[]): boolean {
  const read = cellReader('member', {}, { time_zone: 'UTC' }, target)
  const filled = cells.map(cell => cell.trim()).filter(Boolean)
  return filled.length > 0 && filled.filter(cell => 'value' in read(cell)).length * 2 >= filled.length
}

const withoutHeader: Record<ImportKind, Partial<Record<CellType, string[]>>> = {
  person: { email: ['email', 'other_email'], phone: ['phone', 'other_phone'], id: ['external_id'] },
  company: { url: ['domain'], phone: ['phone'], id: ['external_id'] },
  answer: { email: ['email'], date_time: ['occurred_at'], date: ['occurred_at'] },
  interaction: {
    email: ['email'],
    phone: ['phone'],
    date_time: ['occurred_at'],
    date: ['occurred_at'],
    money: ['amount'],
  },
  relation: {},
}

// The columns that a file of rejected rows carries when it comes back.
export const rejectColumns = (language: Language): string[] =>
  [says.rejects_row(), says.rejects_reason()].map(said => saidIn(language, said))
const ownColumns = new Set(languages.flatMap(rejectColumns).map(headerKey))
const isOurs = (name: string) => isPlumbing(name) || ownColumns.has(headerKey(name))

/** Suggests a target for each column: what is known of the export first, then its header, then its values. */
export function suggestTargets(
  kind: ImportKind,
  columns: SeenColumn[],
  targets: readonly Target[] = targetsOf(kind),
  known?: KnownExport,
): (string | null)[] {
  const claims = known?.kind === kind ? claimColumns(known, columns, takesFrom(columns, targets)) : undefined
  const taken = new Set<string>(claims?.targets.values())
  const suggestions: (string | null)[] = columns.map((_, at) => claims?.targets.get(at) ?? null)
  const closed = (at: number) =>
    suggestions[at] !== null || claims?.left.has(at) === true || isOurs(columns[at]?.name ?? '')
  const take = (at: number, key: string) => {
    taken.add(key)
    suggestions[at] = key
  }
  // exact names before loose ones: "name" must not lose its target to "customer name"
  for (const closeness of claims ? [0, 1] : [0, 1, 2])
    for (const [at, column] of columns.entries()) {
      const key = nameKey(column.name)
      if (closed(at) || !key) continue
      const found = targets.find(
        target =>
          !taken.has(target.key) && agrees(target, column, closeness) && close(target, key, closeness),
      )
      if (found) take(at, found.key)
    }
  for (const [at, column] of columns.entries()) {
    if (closed(at)) continue
    const key = claims ? undefined : byValues(kind, column, taken)
    if (key) take(at, key)
    else if (kind === 'interaction' && column.name && column.type !== 'empty')
      suggestions[at] = `properties.${propertyKey(column.name)}`
  }
  return claims ? suggestions : withoutGuesses(columns, suggestions)
}

const telling = new Set(['given_name', 'family_name', 'email', 'phone', 'domain', 'from_email', 'to_domain'])

/**
 * Tables of settings, links and history have ids, too, and nobody in them: a bare "id" is nobody's, and what a pipeline
 * copied is only taken for customers when a column says so.
 */
function withoutGuesses(columns: SeenColumn[], suggestions: (string | null)[]): (string | null)[] {
  if (suggestions.some(key => key !== null && (telling.has(key) || key.startsWith('custom.'))))
    return suggestions
  if (columns.some(({ name }) => isPlumbing(name))) return suggestions.map(() => null)
  const named = suggestions.some(key => key === 'name' || key === 'occurred_at')
  return suggestions.map((key, at) =>
    key === 'external_id' && !named && headerKey(columns[at]?.name ?? '') === 'id' ? null : key,
  )
}

const byValues = (kind: ImportKind, { type }: SeenColumn, taken: Set<string>): string | undefined =>
  type === 'country' && !taken.has('country')
    ? 'country'
    : withoutHeader[kind][type]?.find(candidate => !taken.has(candidate))

const takesFrom =
  (columns: SeenColumn[], targets: readonly Target[]) =>
  (key: string, at: number): boolean => {
    const target = targets.find(one => one.key === key)
    const column = columns[at]
    if (key.startsWith('properties.')) return true
    return (
      target !== undefined && column !== undefined && (target.type !== 'member' || agrees(target, column, 0))
    )
  }

function close(target: Target, key: string, closeness: number): boolean {
  if (closeness === 0) return target.names[0] === key
  if (closeness === 1) return target.names.includes(key)
  return target.names.some(
    name =>
      name.length >= 6 && key.length <= name.length + 12 && (key.startsWith(name) || key.endsWith(name)),
  )
}

export const propertyKey = (name: string): string =>
  name
    .replace(/^properties\.(?=[a-z])/i, '')
    .normalize('NFKD')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60) || 'column'

/** Which kind of record a file holds, by how many of its headers each kind knows. */
export function suggestKind(columns: SeenColumn[]): ImportKind {
  const known = (kind: ImportKind) =>
    suggestTargets(kind, columns).filter(target => target && !target.startsWith('properties.'))
  if (tellsRelations(columns)) return 'relation'
  const interaction = known('interaction')
  const happened = interaction.includes('occurred_at') && interaction.length > 1
  const person = known('person')
  const named = person.some(key => ['given_name', 'family_name', 'email', 'job_title'].includes(key ?? ''))
  const money = interaction.some(key => ['amount', 'unit_price', 'reference', 'kind'].includes(key ?? ''))
  if (happened && (money || !named)) return 'interaction'
  if (named) return 'person'
  return known('company').length > person.length ? 'company' : 'person'
}

const relationHeaders = new Set(
  'relation relationship relationtype relationshiptype associationtype beziehung beziehungsart beziehungstyp'.split(
    ' ',
  ),
)

/** Two ends, and what they are to each other or from when until when: a list of contacts with their company says neither. */
function tellsRelations(columns: SeenColumn[]): boolean {
  const found = suggestTargets('relation', columns)
  const has = (start: string) =>
    found.some(key => key?.startsWith(start) && key !== 'from_on' && key !== 'to_on')
  const named = columns.some(({ name }) => relationHeaders.has(headerKey(name)))
  const lasting = found.includes('from_on') && found.includes('to_on')
  return has('from_') && has('to_') && (named || lasting)
}

/** What rows can be recognised by, of what the mapping fills. */
export const suggestMatch = (
  kind: ImportKind,
  filled: readonly (string | null)[],
  targets: readonly Target[],
) => suggestedMatch(matchableBy(kind, uniqueAmong(targets)).filter(key => filled.includes(key)))

export const uniqueAmong = (targets: readonly Target[]): string[] =>
  targets.filter(target => target.unique).map(({ key }) => key)
