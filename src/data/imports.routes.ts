import { on, onStream, type Route, type StreamRoute } from '../core/area.ts'
import { newId } from '../core/id.ts'
import { conflictsFile, listConflicts } from './delta/conflicts.ts'
import * as deltaApi from './delta/delta.contract.ts'
import { listGone } from './delta/gone.ts'
import { dropBytes, keepFile } from './forget.ts'
import { storeFile } from './import-files.ts'
import * as undoApi from './import-undo.contract.ts'
import { listKept, previewUndo, undoImport } from './import-undo.ts'
import * as api from './imports.contract.ts'
import { cancelImport, createImport, getImport, listImports, pauseImport, resumeImport } from './imports.ts'
import { removeLeftovers } from './leftovers.ts'
import { getFile, previewFile } from './preview.ts'
import { rejectsFile } from './rejects.ts'
import { downloadImportFile } from './sent-file.contract.ts'
import { sentFile } from './sent-file.ts'

export const importRoutes: (Route | StreamRoute)[] = [
  onStream(api.uploadImportFile, async (machine, principal, { stream, once, query }) => {
    await removeLeftovers(machine, principal.workspace_id)
    const stored = await storeFile(machine, principal.workspace_id, stream)
    const noted = machine.transaction({ principal }, ctx =>
      once(ctx, stored.sha256, async () => {
        const file = { id: newId(), name: query.name, ...stored }
        await keepFile(ctx, file)
        await ctx.db
          .insertInto('import_file')
          .values({
            workspace_id: ctx.workspace_id,
            ...file,
            tables: file.tables && JSON.stringify(file.tables),
            created_by: `${principal.actor.kind}:${principal.actor.id}`,
            created_at: ctx.now,
          })
          .execute()
        return previewFile(ctx, { file, kind: query.kind, again: query.again })
      }),
    )
    return noted.catch(async (error: unknown) => {
      // Why it was refused is what is told, whether or not they could be removed.
      await dropBytes(machine, principal.workspace_id, stored).catch(() => undefined)
      throw error
    })
  }),
  on(api.previewImport, async (ctx, { body }) =>
    previewFile(ctx, {
      file: await getFile(ctx, body.file_id),
      kind: body.kind,
      dialect: body.dialect,
      again: body.again,
    }),
  ),
  on(api.createImport, (ctx, { body }) => createImport(ctx, body)),
  on(api.listImports, (ctx, { query }) => listImports(ctx, query)),
  on(api.getImport, (ctx, { params }) => getImport(ctx, params.id)),
  on(api.cancelImport, (ctx, { params }) => cancelImport(ctx, params.id)),
  on(api.pauseImport, (ctx, { params }) => pauseImport(ctx, params.id)),
  on(undoApi.previewUndo, (ctx, { params }) => previewUndo(ctx, params.id)),
  on(undoApi.undoImport, (ctx, { params }) => undoImport(ctx, params.id)),
  on(undoApi.listKept, (ctx, { params, query }) => listKept(ctx, params.id, query)),
  on(deltaApi.listConflicts, (ctx, { params, query }) => listConflicts(ctx, params.id, query)),
  on(deltaApi.listGone, (ctx, { params, query }) => listGone(ctx, params.id, query)),
  onStream(deltaApi.downloadConflicts, (machine, principal, { params, query }) =>
    conflictsFile(machine, principal, { ...params, ...query }),
  ),
  on(api.resumeImport, (ctx, { params }) => resumeImport(ctx, params.id)),
  onStream(downloadImportFile, (machine, principal, { params }) => sentFile(machine, principal, params.id)),
  onStream(api.downloadRejects, (machine, principal, { params, query }) =>
    rejectsFile(machine, principal, { ...params, ...query }),
  ),
]
