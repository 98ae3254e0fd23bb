import { z } from 'zod'
import { text } from '../core/text.ts'
import { contractText } from '../core/text-words.ts'
import { measures } from '../feedback/measures.contract.ts'
import { says } from './says.contract.ts'

export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'iso-8859-15',
  'macintosh',
  'shift_jis',
  'gb18030',
] as const
export type Encoding = (typeof encodings)[number]

/** How a file is written: found by looking at it, corrected by a person. */
export const Dialect = z.strictObject({
  encoding: z.enum(encodings),
  /** Any one character, but not a letter, a digit, a quote or a line end. */
  delimiter: z.string().regex(/^[^\p{L}\p{N}"'\\\r\n\0]$/u, contractText(says.use_one_character())),
  quote: z.enum(['"', "'"]),
  escape: z.enum(['"', "'", '\\']),
  /** The row that names the columns, counted from 1; rows above it are skipped. Null: the file names none. */
  header_row: z.int().min(1).max(100).nullable(),
  /** How many rows the column names take; 1 where it is left out. The first of them names the columns. */
  header_rows: z.int().min(1).max(10).optional(),
  /** Which sheet of a workbook, counted from 0. */
  sheet: z.int().min(0).max(999).optional(),
  /** Columns whose cells are JSON objects: the values of these keys stand in columns behind the others. */
  unpack: z
    .strictObject({
      behind: z.int().min(1).max(2000),
      columns: z
        .array(z.strictObject({ column: z.int().min(0).max(2000), keys: z.array(text(100)).max(50) }))
        .max(20),
    })
    .optional(),
})
export type Dialect = z.output<typeof Dialect>

/** What a file was when it was sent. */
export const fileFormats = ['csv', 'workbook', 'vcard', 'xes', 'json_lines', 'json'] as const
export type FileFormat = (typeof fileFormats)[number]

export const dateOrders = ['ymd', 'dmy', 'mdy', 'excel'] as const
export type DateOrder = (typeof dateOrders)[number]
export const decimals = ['.', ','] as const
export type Decimal = (typeof decimals)[number]

export const importKinds = ['person', 'company', 'interaction', 'answer', 'relation'] as const
export type ImportKind = (typeof importKinds)[number]

/** How a column agrees with one of an earlier file of its survey, the firmest first. */
export const alignments = ['name', 'text', 'words', 'code', 'block'] as const
export type Alignment = (typeof alignments)[number]

/** What tables of another tool hold in which there is no customer. */
export const bookkeepingKinds = [
  'staff',
  'teams',
  'merges',
  'deals',
  'history',
  'settings',
  'links',
  'details',
  'unnamed',
] as const
export type BookkeepingKind = (typeof bookkeepingKinds)[number]

export const newFieldTypes = ['text', 'number', 'date', 'date_time', 'boolean', 'url'] as const

/** What a column of survey answers can hold. */
export const answerMeasures = [...measures, 'comment', 'choice'] as const

const AskedQuestion = z.strictObject({
  measure: z.enum(answerMeasures),
  label: text(300, 1),
  /** What is asked about, where a measure is asked more than once. */
  touchpoint: text(60).optional(),
  /** What cells hold that say "no answer", "does not apply", "never used": they are never counted. */
  no_answer: z.array(text(40)).max(20).default([]),
})

export const SurveySeries = z.object({
  survey: z.object({ id: z.string(), name: z.string() }),
  columns: z.array(
    z.object({
      column: z.int(),
      by: z.enum(alignments),
      /** The column of an earlier file that it agrees with. */
      name: z.string(),
      file_name: z.string(),
    }),
  ),
  /** Questions of earlier files for which no column was found. */
  open: z.array(AskedQuestion),
})

/** One column of the file and where it goes. */
export const ColumnMapping = z.strictObject({
  column: z.int().min(0).max(2000),
  /** A field (`email`), a custom field (`custom.tier`), a property of an interaction (`properties.sku`). */
  target: text(120),
  date_order: z.enum(dateOrders).optional(),
  decimal: z.enum(decimals).optional(),
  /** Makes the custom field named by the target before the first row is read. */
  new_field: z
    .strictObject({
      label: text(120),
      type: z.enum(newFieldTypes),
      /** In which language its label is. */
      language: z
        .string()
        .regex(/^[a-z]{2,3}$/)
        .optional(),
    })
    .optional(),
  /** Of survey answers: what the column answers; its target is `answers.` and the number of the column. */
  question: AskedQuestion.optional(),
})
export type ColumnMapping = z.output<typeof ColumnMapping>

/** What a column looks like by its values. */
export const cellTypes = [
  'empty',
  'email',
  'phone',
  'url',
  'date',
  'date_time',
  'number',
  'money',
  'boolean',
  'id',
  'country',
  'text',
] as const
export type CellType = (typeof cellTypes)[number]

/** What a column without a header is called, and kept as; pages say it in the reader's language. */
export const unnamedColumn = (at: number): string => `Column ${at + 1}`

export const PreviewColumn = z.object({
  column: z.int(),
  name: z.string(),
  /** What the other header rows say of it. */
  description: z.string(),
  samples: z.array(z.string()),
  filled_percent: z.number(),
  type: z.enum(cellTypes),
  date_order: z.enum(dateOrders).nullable(),
  /** False when every day is 12 or less: day and month could be either way round. */
  date_order_certain: z.boolean(),
  decimal: z.enum(decimals),
  suggestion: z.string().nullable(),
  /** Where the suggested field is not there yet: how it would be made. */
  new_field: ColumnMapping.shape.new_field,
  /** It is called e-mail and holds no address: it is kept as text and nobody is recognised by it. */
  in_name_only: z.boolean(),
  /** Of survey answers: what the column asks, where the tool is known. */
  question: AskedQuestion.nullable(),
  /** Of the filled cells at the beginning, those that the suggested field cannot take. */
  unreadable_percent: z.number(),
})
export type PreviewColumn = z.output<typeof PreviewColumn>
