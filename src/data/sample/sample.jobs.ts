import type { Job } from '../../core/area.ts'
import { runLoad } from './load.ts'
import { runRemoval } from './remove.ts'

const runs = { 'sample.load': runLoad, 'sample.remove': runRemoval }

export const sampleJobs: Job[] = Object.entries(runs).map(([name, run]) => ({
  name,
  run: (machine, payload, job) =>
    run(machine, { workspace_id: payload.workspace_id, load_id: String(payload.load_id) }, job),
}))
