import { Client } from 'pg'
import { startTestApp, type TestApp } from '../src/testing/app.ts'
import { makeWorkspace, type TestWorkspace } from '../src/testing/workspace.ts'
import type { Matrix, RecordMaker } from './rights-matrix.ts'
import { recordInputs, recordMakers } from './rights-records.ts'

/** Two workspaces of one installation, how records of every kind are made in them, and a look at the whole database. */
export interface TwoWorkspaces {
  app: TestApp
  admin: Client
  home: TestWorkspace
  away: TestWorkspace
  records: RecordMaker[]
  inputs: Matrix['inputs']
  close(): Promise<void>
}

export async function startTwoWorkspaces(): Promise<TwoWorkspaces> {
  const app = await startTestApp()
  const admin = new Client({ connectionString: app.admin_url })
  await admin.connect()
  // Helpers for a look at tables this small take six times as long to be started as the look itself.
  await admin.query('set max_parallel_workers_per_gather = 0')
  return {
    app,
    admin,
    home: await makeWorkspace(app, 'Home'),
    away: await makeWorkspace(app, 'Away'),
    records: recordMakers(app),
    inputs: recordInputs(app),
    async close() {
      await admin.end()
      await app.close()
    },
  }
}
