import type { ColumnMapping, ImportKind } from '../import-formats.contract.ts'

/** A column as it may hold answers to a question. */
export interface AskedColumn {
  name: string
  /** What the other header rows say of it. */
  description: string
  /** Of the header row that is JSON; empty where there is none. */
  import_id: string
  cells: readonly string[]
}

/** What is known of a table that a tool exports. To add one: write a description like its neighbours and list it in recognise.ts. */
export interface KnownExport {
  id: string
  /** As it stands behind "This looks like". */
  name: string
  /** Keeps its ids apart from those of other tools. */
  source: string
  kind: ImportKind
  /**
   * One of these sets of signs has to be in the file. A text asks for a column of one of its names (as `exportKey`
   * writes them), a pattern for a column called like it.
   */
  signs: (string | RegExp)[][]
  /** Columns that are never in it. */
  never?: string
  /** Which columns fill a field, the best first; one that is empty gives way to the next. */
  columns: Record<string, string>
  /** Columns that must not be taken for what their names say. */
  leave?: string
  /** For cells that are empty and columns that are not there. */
  defaults?: Record<string, string>
  /** Of survey answers: what columns ask, by their place. */
  questions?: (columns: readonly AskedColumn[]) => Map<number, NonNullable<ColumnMapping['question']>>
}

export const words = (text: string | undefined): string[] => text?.split(' ').filter(Boolean) ?? []
