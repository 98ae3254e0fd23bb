import type { Ctx } from '../core/ctx.ts'
import type { KnownExport } from './exports/known-export.ts'
import type { ColumnMapping, ImportKind } from './import-formats.contract.ts'
import { propertyKey, type SeenColumn, suggestTargets } from './mapping.ts'
import type { Target } from './targets.ts'

// Copies of another tool's tables often have hashes where the addresses were. Taken for addresses, they would have every row refused.

const few = 3
const identifying = new Set(['name', 'given_name', 'family_name', 'phone', 'external_id'])

const isInNameOnly = (column: SeenColumn | undefined): boolean => {
  const filled = column?.cells.filter(cell => cell.trim() !== '') ?? []
  // One that is mistyped still has its sign, or stands among others that have.
  return filled.length >= few && filled.every(cell => !cell.includes('@'))
}

export interface Suggested {
  targets: (string | null)[]
  /** Columns that are called e-mail and hold no address: they are kept as text, in a field of their own. */
  in_name_only: ReadonlyMap<number, ColumnMapping['new_field']>
}

interface Seen {
  columns: SeenColumn[]
  targets: readonly Target[]
  known: KnownExport | undefined
}

/** Targets for each column, as `suggestTargets` has them, but no address where none is. */
export function suggestFor(ctx: Ctx, kind: ImportKind, { columns, targets, known }: Seen): Suggested {
  const makes_fields = ctx.principal.permissions.has('fields.manage')
  const guessed = suggestTargets(kind, columns, targets, known)
  const emails = new Set(targets.filter(({ type }) => type === 'email').map(({ key }) => key))
  const wrong = new Set(
    guessed.flatMap((target, at) => (emails.has(target ?? '') && isInNameOnly(columns[at]) ? [at] : [])),
  )
  const plain = { targets: guessed, in_name_only: new Map() }
  if (kind !== 'person' || !wrong.size) return plain
  const nameless = columns.map((column, at) => (wrong.has(at) ? { ...column, name: '' } : column))
  const others = suggestTargets(kind, nameless, targets, known)
  // Where nothing else says who is meant, the rows are refused with the reason.
  if (!others.some(target => identifying.has(target ?? ''))) return plain
  const in_name_only = new Map<number, ColumnMapping['new_field']>()
  for (const at of wrong) {
    const label = columns[at]?.name ?? ''
    const key = `custom.${
      propertyKey(label)
        .replace(/^[^a-z]+/, '')
        .slice(0, 50) || 'field'
    }`
    const is_there = targets.some(target => target.key === key)
    const is_taken = others.includes(key)
    in_name_only.set(at, is_there ? undefined : { label: label.slice(0, 120), type: 'text' })
    others[at] = is_taken || !(is_there || makes_fields) ? null : key
  }
  return { targets: others, in_name_only }
}

/** What each column that says something goes to. */
export function suggestedMapping(
  ctx: Ctx,
  kind: ImportKind,
  { questions, ...seen }: Seen & { questions: ReadonlyMap<number, ColumnMapping['question']> },
): ColumnMapping[] {
  const { targets, in_name_only } = suggestFor(ctx, kind, seen)
  return targets.flatMap((target, column): ColumnMapping[] => {
    const { date_order, decimal, type } = seen.columns[column] ?? {}
    const question = questions.get(column)
    if (question) return [{ column, target: `answers.${column}`, question }]
    if (!target) return []
    const new_field = in_name_only.get(column)
    if (in_name_only.has(column)) return [{ column, target, ...(new_field ? { new_field } : {}) }]
    const numeric = type === 'number' || type === 'money'
    if (target.startsWith('properties.')) return [{ column, target }]
    return [
      {
        column,
        target,
        ...(date_order ? { date_order } : {}),
        ...(numeric && decimal ? { decimal } : {}),
      },
    ]
  })
}
