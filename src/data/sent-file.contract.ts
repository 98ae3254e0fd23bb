import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id } from '../core/text.ts'

export const downloadImportFile = endpoint({
  id: 'imports.file',
  method: 'GET',
  path: '/api/imports/{id}/file',
  summary: 'Download the file of an import as it was sent',
  tag: 'Imports',
  permission: 'imports.run',
  params: z.strictObject({ id: id() }),
  ok: z.string(),
  download: 'application/octet-stream',
})
