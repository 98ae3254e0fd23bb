import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KindRights } from '../core/ctx.ts'
import {
  contactKind,
  firmKind,
  type RecordsCast,
  type Someone,
  startRecordsCast,
} from '../testing/records-cast.ts'
import { createRecord, updateRecord } from './index.ts'
import { mostRecent } from './recent.contract.ts'
import { forgetViewed, listViewed, noteViewed } from './recent.ts'
import { removeRecord } from './records.ts'

let cast: RecordsCast
beforeAll(async () => {
  cast = await startRecordsCast()
})
afterAll(() => cast.close())

const everything: KindRights = { read: 'all', write: 'all', delete: 'all' }
const agent = (more: Someone = {}): Someone => ({ member_id: cast.members.agent.id, ...more })
const contact = async (name: string) =>
  (await cast.as(agent(), ctx => createRecord(ctx, contactKind, { name, owner_id: cast.members.manager.id })))
    .id
const view = (id: string, who = agent(), kind = 'contact') =>
  cast.as(who, ctx => noteViewed(ctx, { kind, id }))
const titles = async (who: Someone) =>
  (await cast.as(who, ctx => listViewed(ctx))).items.map(one => one.title)

it('tells the newest first, of every kind, and each once', async () => {
  const [ann, bob] = [await contact('Ann'), await contact('Bob')]
  const firm = await cast.as(agent(), ctx => createRecord(ctx, firmKind, { name: 'Firm' }))
  for (const [id, kind] of [
    [ann, 'contact'],
    [bob, 'contact'],
    [firm.id, 'firm'],
    [ann, 'contact'],
  ] as const) {
    cast.clock.advance(1000)
    await view(id, agent(), kind)
  }
  expect(await titles(agent())).toEqual(['Ann', 'Firm', 'Bob'])
  expect(await titles({ member_id: cast.members.manager.id })).toEqual([])
  expect(await titles(agent({ workspace_id: cast.other_workspace_id }))).toEqual([])
})

it('leaves out what the member may no longer see, what is gone and what is called by a hidden field', async () => {
  const gone = await contact('Gone')
  await view(gone)
  await cast.as(agent(), ctx => removeRecord(ctx, contactKind, gone))
  expect(await titles(agent())).not.toContain('Gone')
  const own = { read: 'own', write: 'own', delete: 'own' } as const
  expect(await titles(agent({ kinds: { '*': everything, contact: own } }))).toEqual(['Firm'])
  const none = { read: 'none', write: 'none', delete: 'none' } as const
  expect(await titles(agent({ kinds: { '*': none, firm: everything } }))).toEqual(['Firm'])
  const nameless = { ...everything, hide: ['name'] }
  expect(await titles(agent({ kinds: { '*': everything, contact: nameless } }))).toEqual(['', 'Firm', ''])
  await expect(view(gone)).rejects.toMatchObject({ kind: 'not_found' })
  const others = agent({ kinds: { '*': everything, contact: own } })
  await expect(view(await contact('Of another'), others)).rejects.toMatchObject({ kind: 'not_found' })
})

it('calls somebody without a name by an address', async () => {
  const id = await contact('Nobody')
  await cast.as(agent(), ctx => updateRecord(ctx, contactKind, id, { email: 'only@mail.example' }))
  await cast.as(agent(), ctx => sql`update contact set name = '' where id = ${id}::uuid`.execute(ctx.db))
  cast.clock.advance(1000)
  await view(id)
  expect((await titles(agent()))[0]).toBe('only@mail.example')
  await cast.as(agent(), ctx => removeRecord(ctx, contactKind, id))
})

it('keeps the last few and forgets all when asked', async () => {
  for (let index = 0; index < mostRecent + 3; index += 1) {
    cast.clock.advance(1000)
    await view(await contact(`Nr. ${index}`))
  }
  const kept = await titles(agent())
  expect(kept).toHaveLength(mostRecent)
  expect(kept[0]).toBe(`Nr. ${mostRecent + 2}`)
  const manager = { member_id: cast.members.manager.id }
  await view(await contact('Of the manager'), manager)
  await cast.as(agent(), ctx => forgetViewed(ctx))
  expect(await titles(agent())).toEqual([])
  expect(await titles(manager)).toEqual(['Of the manager'])
})
