import { sql } from 'kysely'
import type { Machine } from '../core/machine.ts'
import type { ImportKind } from './import-formats.contract.ts'

// Lists of a table that has just grown tenfold are slow until the database has looked at it again, which it does by itself only
// minutes later.

const large = 1000
const people = [
  'person',
  'company',
  'relationship',
  'identifier',
  'identifier_person',
  'field_value',
  'change',
]
const written: Record<ImportKind, string[]> = {
  person: people,
  company: ['company', 'identifier', 'identifier_company', 'field_value', 'change'],
  interaction: [...people, 'interaction'],
  answer: [...people, 'interaction', 'response', 'answer'],
  relation: ['person', 'relationship', 'change'],
}

/** After a large import or its undo; what cannot be done now the database does later. */
export async function refreshStatistics(
  machine: Machine,
  { kind, rows }: { kind: ImportKind; rows: number },
): Promise<void> {
  if (rows <= large) return
  try {
    await machine.system(db => sql`select rapport.refresh_statistics(${written[kind]}::text[])`.execute(db))
  } catch (error) {
    machine.log.warn({ component: 'import', error }, 'the tables of an import could not be analysed')
  }
}
