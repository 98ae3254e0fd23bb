import type { Job } from '../core/area.ts'
import { forgetFile } from './forget.ts'
import { tellEnd } from './import-notice.ts'
import { runImport } from './import-run.ts'
import { runUndo } from './import-undo-run.ts'
import { removeLeftovers } from './leftovers.ts'

export const importJobs: Job[] = [
  {
    name: 'import.run',
    run: (machine, payload, job) =>
      runImport(machine, { workspace_id: payload.workspace_id, import_id: String(payload.import_id) }, job),
  },
  {
    name: 'import.undo',
    run: (machine, payload, job) =>
      runUndo(machine, { workspace_id: payload.workspace_id, import_id: String(payload.import_id) }, job),
  },
  {
    name: 'import.notice',
    run: (machine, { workspace_id, import_id, mail_id }, job) =>
      tellEnd(machine, { workspace_id, import_id: String(import_id), mail_id: String(mail_id) }, job),
  },
  {
    name: 'import.forget',
    run: async (machine, { workspace_id, file_id }) => {
      await forgetFile(machine, { workspace_id, file_id: String(file_id) })
      // Also where nobody uploads any more.
      await removeLeftovers(machine, workspace_id)
    },
  },
]
