import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { people } from '../customers/customers.contract.ts'
import { listKeys, revokeKey } from '../identity/keys.contract.ts'
import { startTestApp, type TestApp } from '../testing/app.ts'
import { importing } from '../testing/imports.ts'
import { makeWorkspace, type TestWorkspace } from '../testing/workspace.ts'
import { personTimeline } from '../timeline/timeline.contract.ts'

let app: TestApp
let home: TestWorkspace
const data = mkdtempSync(join(tmpdir(), 'rapport actors '))
beforeAll(async () => {
  app = await startTestApp({ data })
  home = await makeWorkspace(app)
  await app.work()
})
afterAll(async () => {
  await app.close()
  rmSync(data, { recursive: true })
})

const history = async (id: string) =>
  (await app.call(people.history, { key: home.keys.admin, params: { id } })).items.map(({ actor }) => actor)

test('the history and the timeline name the key, the member and the imported file behind a change', async () => {
  const { id } = await app.call(people.create, {
    key: home.keys.manager,
    body: { name: 'Ada', email: 'ada@example.com' },
  })
  const agent = home.members.agent
  await app.call(people.update, {
    headers: await home.browser('admin'),
    params: { id },
    body: { job_title: 'Analyst', owner_id: agent.id },
  })
  const files = importing(app, home.keys.admin)
  const { file } = await files.upload('crm export.csv', 'E-mail,City\nada@example.com,Bonn\n')
  const { id: importId } = await files.run({ file_id: file.id, kind: 'person' })
  const told = [
    { kind: 'import', id: importId, name: 'crm export.csv' },
    { kind: 'member', id: home.members.admin.id, name: 'Analytical admin' },
    { kind: 'key', id: expect.any(String), name: 'manager' },
  ]
  expect(await history(id)).toEqual(told)
  const { items } = await app.call(personTimeline, {
    key: home.keys.admin,
    params: { id },
    query: { kind: 'change' },
  })
  expect(items.map(item => (item.type === 'change' ? item.actor_name : undefined))).toEqual(
    told.map(({ name }) => name),
  )
})

test('a key that was revoked keeps its name in the history', async () => {
  const { id } = await app.call(people.create, { key: home.keys.agent, body: { name: 'Bob' } })
  const { items } = await app.call(listKeys, { key: home.keys.owner })
  const used = items.find(({ name }) => name === 'agent')
  await app.call(revokeKey, { key: home.keys.owner, params: { id: used?.id ?? '' } })
  expect(await history(id)).toEqual([{ kind: 'key', id: used?.id, name: 'agent' }])
})

test('names are asked in the own workspace alone', async () => {
  const other = await makeWorkspace(app, 'Other')
  const { id } = await app.call(people.create, { key: other.keys.admin, body: { name: 'Cleo' } })
  // a row that points at a member of another workspace, as only a fault could write it
  await app.machine.workspaceTransaction(
    { workspace_id: other.id, actor: { kind: 'member', id: home.members.admin.id } },
    async ctx => {
      await ctx.db.updateTable('person').set({ city: 'Rome' }).where('id', '=', id).execute()
    },
  )
  const { items } = await app.call(people.history, { key: other.keys.admin, params: { id } })
  expect(items[0]?.actor).toEqual({ kind: 'member', id: home.members.admin.id, name: null })
})
