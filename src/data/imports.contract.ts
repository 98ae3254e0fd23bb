import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { fileLanguage, id, page, sentence, text } from '../core/text.ts'
import { contractText } from '../core/text-words.ts'
import { rowsQuery } from '../records/records.contract.ts'
import { Since } from './delta/delta.contract.ts'
import {
  bookkeepingKinds,
  ColumnMapping,
  Dialect,
  fileFormats,
  type ImportKind,
  importKinds,
  PreviewColumn,
  SurveySeries,
} from './import-formats.contract.ts'
import { says } from './says.contract.ts'

export const importStatuses = [
  'queued',
  'running',
  'pausing',
  'paused',
  'cancelling',
  'cancelled',
  'failed',
  'done',
  'undoing',
  'undo_failed',
  'undone',
] as const
export const importModes = ['create', 'update', 'both'] as const
const matchKeys = ['email', 'phone', 'external_id', 'domain', 'name'] as const
/** What rows can be matched by: a built-in field, or a custom field whose values are unique. */
export const MatchKey = z.union([z.enum(matchKeys), z.string().regex(/^custom\.[a-z][a-z0-9_]{0,49}$/)])

const matchable: Record<ImportKind, { firm: readonly string[]; loose: readonly string[] }> = {
  person: { firm: ['external_id', 'email'], loose: ['phone'] },
  company: { firm: ['external_id', 'domain'], loose: ['name'] },
  interaction: { firm: [], loose: [] },
  answer: { firm: [], loose: [] },
  relation: { firm: [], loose: [] },
}
/** Firmest first: several people share a phone, nobody a membership number. */
export const matchableBy = (kind: ImportKind, unique: readonly string[]): string[] => [
  ...matchable[kind].firm,
  ...unique,
  ...matchable[kind].loose,
]

/** Families and switchboards share a phone: it is suggested only where nothing firmer is in the file. */
export const suggestedMatch = (possible: readonly string[]): string[] =>
  possible.length > 1 ? possible.filter(key => key !== 'phone') : [...possible]

const timeZone = text(60).refine(zone => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}, contractText(says.not_time_zone()))

export const usual_source = 'import'

/** What holds for every row. */
export const ImportSettings = z.strictObject({
  /** The zone of times that do not name one. */
  time_zone: timeZone.default('UTC'),
  /** The country of phone numbers without a country code. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, contractText(says.use_country()))
    .optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, contractText(says.use_currency()))
    .optional(),
  /** A cell that cannot be read as its field asks: reject the row, or import it without the cell. */
  bad_cells: z.enum(['reject', 'skip']).default('reject'),
  /** Values for cells that are empty or columns the file does not have. */
  defaults: z.record(text(120), text(500)).default({}),
  /** Names the other system: its ids are kept apart from those of others. */
  source: text(60, 1)
    .regex(/^[\w.-]+$/, contractText(says.use_letters()))
    .default(usual_source),
  /** Interactions only: which of them give money back. */
  refunds: z
    .strictObject({
      negative_amounts: z.boolean().default(true),
      reference_prefix: text(10).optional(),
    })
    .prefault({}),
  /** Interactions only: make a person for a customer that nobody has seen before. */
  make_people: z.boolean().default(true),
  /** Survey answers only: the survey they belong to, or the name of a new one. */
  survey: z.strictObject({ id: id().optional(), name: text(120, 1).optional() }).optional(),
})
export type ImportSettings = z.output<typeof ImportSettings>

const SuggestedSettings = z.object({
  source: z.string().optional(),
  defaults: z.record(z.string(), z.string()),
})

/** The settings with what is known of the export in the places that nobody filled. */
export const withSuggested = (
  settings: ImportSettings,
  { source, defaults }: z.output<typeof SuggestedSettings>,
): ImportSettings => ({
  ...settings,
  source: settings.source === usual_source && source ? source : settings.source,
  defaults: { ...defaults, ...settings.defaults },
})

const counts = z.object({
  rows: z.int(),
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  rejected: z.int(),
})

export const ImportFile = z.object({
  id: z.string(),
  name: z.string(),
  size_bytes: z.number(),
  sha256: z.string(),
})

const targetOption = z.object({
  key: z.string(),
  label: z.string(),
  /** Of a custom field: what it is called in each language. */
  labels: z.record(z.string(), z.string()).optional(),
  type: z.string(),
  custom: z.boolean(),
  /** No two records have the same value, so rows can be matched by it. */
  unique: z.boolean(),
})

export const Preview = z.object({
  file: ImportFile,
  /** What it was when it was sent. */
  format: z.enum(fileFormats),
  /** Of a workbook: its sheets, of which `dialect.sheet` is shown. Empty for CSV. */
  sheets: z.array(z.object({ name: z.string(), rows: z.int() })),
  dialect: Dialect,
  kind: z.enum(importKinds),
  columns: z.array(PreviewColumn),
  /** The first rows of data, as they stand in the file. */
  rows: z.array(z.object({ number: z.int(), cells: z.array(z.string()) })),
  /** Lines in the file: the rows, unless cells contain line ends. */
  lines: z.int(),
  targets: z.array(targetOption),
  /** The tool and table this looks like, by its column names; the suggestions come from there. */
  recognised: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** What the other tool keeps for itself and no customer is in; nothing is suggested then, until a kind is asked for. */
  bookkeeping: z.object({ what: z.enum(bookkeepingKinds), tool: z.string().nullable() }).nullable(),
  /** What holds unless it is set otherwise. */
  settings: SuggestedSettings,
  /** Fields that rows can be matched by, best first, of those that the suggested mapping fills. */
  match: z.array(MatchKey),
  problem: z.string().nullable(),
  problem_sentence: sentence().nullable(),
  /** How a file with the same columns was imported before, to be taken over or not. */
  remembered: z
    .object({
      import_id: z.string(),
      file_name: z.string(),
      at: z.string(),
      mapping: z.array(ColumnMapping),
      match: z.array(MatchKey),
      mode: z.enum(importModes),
      settings: ImportSettings,
      /** Columns that were mapped then and are not in this file. */
      missing: z.array(z.string()),
      /** The last import of the series that this one can be compared with. */
      last: z.object({ import_id: z.string(), file_name: z.string(), at: z.string() }).nullable(),
      /** Where columns are not called as before: the survey that this is the next file of, and what each was found by. */
      series: SurveySeries.nullable(),
    })
    .nullable(),
})
export type Preview = z.output<typeof Preview>

export const Import = z.object({
  id: z.string(),
  kind: z.enum(importKinds),
  mode: z.enum(importModes),
  status: z.enum(importStatuses),
  dry_run: z.boolean(),
  file: ImportFile,
  /** When the file and the rejected rows were deleted, as they are some days after the import. */
  file_deleted_at: z.string().nullable(),
  counts,
  /** 0 to 1. */
  progress: z.number(),
  failure: z.string().nullable(),
  failure_sentence: sentence().nullable(),
  /** Of a newer export of the same list: what it was compared with, and what that gave beside the counts. */
  since: z
    .object({
      import_id: z.string(),
      file_name: z.string(),
      at: z.string(),
      keeps: z.enum(['here', 'there']),
      tag: z.string().nullable(),
      /** Values that were changed here and there. */
      conflicts: z.int(),
      /** Records of the last file that are not in this one. */
      gone: z.int(),
    })
    .nullable(),
  created_by: z.string().nullable(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  /** Once it was undone, or is being. */
  undo: z
    .object({
      started_at: z.string(),
      ended_at: z.string().nullable(),
      /** 0 to 1. */
      progress: z.number(),
      /** Records that the import made and that were deleted again. */
      deleted: z.int(),
      /** Records that got back what the import had changed. */
      restored: z.int(),
      interactions: z.int(),
      /** Records or fields that were left as they are: see the list of what was kept. */
      kept: z.int(),
    })
    .nullable(),
})
export type Import = z.output<typeof Import>

export const NewImport = z.strictObject({
  file_id: id(),
  kind: z.enum(importKinds),
  dialect: Dialect.optional(),
  /** Left out: as an earlier file with these columns or of the same survey, else as the preview suggests. */
  mapping: z.array(ColumnMapping).max(500).optional(),
  settings: ImportSettings.prefault({}),
  match: z.array(MatchKey).max(20).optional(),
  mode: z.enum(importModes).default('both'),
  dry_run: z.boolean().default(false),
  /** Only what changed since an earlier import of the same list is applied. */
  since: Since.optional(),
})
export type NewImport = z.output<typeof NewImport>

const tag = 'Imports'
const permission = 'imports.run'
const params = z.strictObject({ id: id() })

/** The body is the file itself, plain or gzipped; its name comes in the query. */
export const uploadImportFile = endpoint({
  id: 'imports.files.create',
  method: 'POST',
  path: '/api/imports/files',
  summary: 'Upload a file and see how it is understood',
  description:
    'Send the bytes of the file as the body: text with any delimiter, plain, gzipped or alone in a zip; a workbook (xlsx, xlsb, xls, ods); contact cards (vcf); a process log (xes); or events as one JSON object a line.',
  tag,
  permission,
  query: z.strictObject({
    name: text(200).default('upload.csv'),
    kind: z.enum(importKinds).optional(),
    /** An import that this file is a newer export of. */
    again: id().optional(),
  }),
  ok: Preview,
  status: 201,
  upload: {
    types: [
      'text/csv',
      'text/tab-separated-values',
      'text/plain',
      'text/vcard',
      'application/gzip',
      'application/zip',
      'application/x-ndjson',
      'application/vnd.ms-excel',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.oasis.opendocument.spreadsheet',
      'application/octet-stream',
    ],
    // the most that can be configured; what is, decides
    max_bytes: 100_000 * 1024 ** 2,
  },
})

export const previewImport = endpoint({
  id: 'imports.preview',
  method: 'POST',
  path: '/api/imports/preview',
  summary: 'Look at an uploaded file again, with corrections',
  tag,
  permission,
  body: z.strictObject({
    file_id: id(),
    kind: z.enum(importKinds).optional(),
    dialect: Dialect.partial().optional(),
    again: id().optional(),
  }),
  ok: Preview,
  readOnly: true,
})

export const createImport = endpoint({
  id: 'imports.create',
  method: 'POST',
  path: '/api/imports',
  summary: 'Start an import, or a dry run of one',
  tag,
  permission,
  body: NewImport,
  ok: Import,
  status: 201,
})

export const listImports = endpoint({
  id: 'imports.list',
  method: 'GET',
  path: '/api/imports',
  summary: 'List imports, newest first',
  tag,
  permission,
  query: z.strictObject(rowsQuery),
  ok: page(Import),
})

const rejectRow = z.object({
  row: z.int(),
  cells: z.array(z.string()),
  reason: z.string(),
  sentence: sentence().nullable(),
})

export const getImport = endpoint({
  id: 'imports.get',
  method: 'GET',
  path: '/api/imports/{id}',
  summary: 'See how far an import is',
  tag,
  permission,
  params,
  ok: Import.extend({
    rejects: z.array(rejectRow),
    header: z.array(z.string()),
    /** Whether the file is there as it was sent, and may be read by whoever asks. */
    has_file: z.boolean(),
  }),
})

export const cancelImport = endpoint({
  id: 'imports.cancel',
  method: 'POST',
  path: '/api/imports/{id}/cancel',
  summary: 'Stop an import; what is imported stays',
  tag,
  permission,
  params,
  ok: Import,
})

export const pauseImport = endpoint({
  id: 'imports.pause',
  method: 'POST',
  path: '/api/imports/{id}/pause',
  summary: 'Let an import rest; it goes on where it stopped when it is resumed',
  tag,
  permission,
  params,
  ok: Import,
})

export const resumeImport = endpoint({
  id: 'imports.resume',
  method: 'POST',
  path: '/api/imports/{id}/resume',
  summary: 'Go on with a paused, cancelled or failed import where it stopped',
  tag,
  permission,
  params,
  ok: Import,
})

export const downloadRejects = endpoint({
  id: 'imports.rejects',
  method: 'GET',
  path: '/api/imports/{id}/rejects.csv',
  summary: 'Download the rejected rows with their reasons, to correct and send again',
  tag,
  permission,
  params,
  query: fileLanguage,
  ok: z.string(),
  download: 'text/csv; charset=utf-8',
})
