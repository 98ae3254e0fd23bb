import { z } from 'zod'
import { endpoint } from '../../core/endpoint.ts'
import { fileLanguage, id, page, text } from '../../core/text.ts'

/** A newer export of the same list: only what changed there since the other import is applied. */
export const Since = z.strictObject({
  /** An earlier import of the list; compared is the last one of its series whose file is still there. */
  import_id: id(),
  /** Values that were changed here as well: they stay (keep), or the file's are taken. */
  conflicts: z.enum(['keep', 'take']).default('keep'),
  /** Records of the last file that are not in this one get this tag, so that they can be listed and worked on. */
  tag: text(60, 1).optional(),
})

const tag = 'Imports'
const permission = 'imports.run'
const params = z.strictObject({ id: id() })
const query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(60),
  after: text(60).optional(),
})

export const Conflict = z.object({
  id: z.string(),
  row: z.int(),
  kind: z.string(),
  /** None where the record was deleted here. */
  record_id: z.string().nullable(),
  /** What the row calls it. */
  name: z.string().nullable(),
  /** None where the record was deleted here. */
  field: z.string().nullable(),
  here: z.string().nullable(),
  there: z.string().nullable(),
  /** Which of the two holds now. */
  taken: z.enum(['here', 'there']),
})
export type Conflict = z.output<typeof Conflict>

export const listConflicts = endpoint({
  id: 'imports.conflicts.list',
  method: 'GET',
  path: '/api/imports/{id}/conflicts',
  summary: 'List what was changed here and in the file since the last import',
  tag,
  permission,
  params,
  query,
  ok: page(Conflict),
})

export const downloadConflicts = endpoint({
  id: 'imports.conflicts.download',
  method: 'GET',
  path: '/api/imports/{id}/conflicts.csv',
  summary: 'Download what was changed here and in the file, with both values',
  tag,
  permission,
  params,
  query: fileLanguage,
  ok: z.string(),
  download: 'text/csv; charset=utf-8',
})

export const listGone = endpoint({
  id: 'imports.gone.list',
  method: 'GET',
  path: '/api/imports/{id}/gone',
  summary: 'List records of the last file that are not in this one',
  tag,
  permission,
  params,
  query,
  ok: page(z.object({ id: z.string(), kind: z.string(), row: z.int() })),
})
