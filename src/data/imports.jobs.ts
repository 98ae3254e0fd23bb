import type { Job } from '../core/area.ts'
import { runImport } from './import-run.ts'

export const importJobs: Job[] = [
  {
    name: 'import.run',
    run: (machine, payload, job) =>
      runImport(machine, { workspace_id: payload.workspace_id, import_id: String(payload.import_id) }, job),
  },
]
