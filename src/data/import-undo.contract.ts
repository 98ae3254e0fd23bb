import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, page, sentence, text } from '../core/text.ts'
import { Import } from './imports.contract.ts'

const tag = 'Imports'
const permission = 'imports.run'
const params = z.strictObject({ id: id() })

export const previewUndo = endpoint({
  id: 'imports.undo.preview',
  method: 'GET',
  path: '/api/imports/{id}/undo',
  summary: 'See what undoing an import would do now',
  tag,
  permission,
  params,
  ok: z.object({
    possible: z.boolean(),
    /** Records that the import made and nobody changed since. */
    would_delete: z.int(),
    /** Records that the import made and somebody changed since: they stay. */
    would_keep: z.int(),
    /** Records that the import changed. */
    would_restore: z.int(),
    /** Of these, changed since by others: the fields they changed stay. */
    changed_since: z.int(),
    interactions: z.int(),
  }),
})

export const undoImport = endpoint({
  id: 'imports.undo',
  method: 'POST',
  path: '/api/imports/{id}/undo',
  summary: 'Take a whole import back, in the background',
  description:
    'Records that it made are deleted with their identifiers unless others have touched them since; fields that it changed go back unless others changed them since; interactions that it brought are taken out of every list and number. What is kept is told record by record. The same file can then be imported again.',
  tag,
  permission,
  params,
  ok: Import,
})

export const listKept = endpoint({
  id: 'imports.kept.list',
  method: 'GET',
  path: '/api/imports/{id}/kept',
  summary: 'List what the undo of an import left as it is, with reasons',
  tag,
  permission,
  params,
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(60),
    after: text(20).optional(),
  }),
  ok: page(
    z.object({
      id: z.string(),
      kind: z.string(),
      record_id: z.string(),
      /** None where it is the whole record. */
      field: z.string().nullable(),
      reason: z.string(),
      sentence: sentence().nullable(),
    }),
  ),
})
