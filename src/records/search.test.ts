import { afterAll, beforeAll, expect, it } from 'vitest'
import { contactKind, type RecordsCast, startRecordsCast } from '../testing/records-cast.ts'
import { createRecord, listRecords } from './index.ts'
import { searchAll } from './search.ts'

let cast: RecordsCast
beforeAll(async () => {
  cast = await startRecordsCast()
})
afterAll(() => cast.close())

const make = (input: Record<string, unknown>) => cast.as({}, ctx => createRecord(ctx, contactKind, input))
const best = async (q: string, limit = 8) =>
  (await cast.as({}, ctx => searchAll(ctx, { q, limit }))).map(found => found.title)

it('tells the names that begin with it first, then words that do, then the others, each by name', async () => {
  await make({ name: 'Zoe Quist' })
  await make({ name: 'Ann Other', email: 'ann@quist.example' })
  await make({ name: 'Bea Quistgård' })
  await make({ name: 'Quist, Karl' })
  await make({ name: 'Adequist' })
  await make({ name: 'Quist, Adam' })
  expect(await best('quist')).toEqual([
    'Quist, Adam',
    'Quist, Karl',
    'Bea Quistgård',
    'Zoe Quist',
    'Adequist',
    'Ann Other',
  ])
  expect(await best('QUI', 3)).toEqual(['Quist, Adam', 'Quist, Karl', 'Bea Quistgård'])
  expect(await best('quist', 1)).toEqual(['Quist, Adam'])
})

it('finds each record once, and the name typed in full', async () => {
  await make({ name: 'Quirin Quirinus' })
  expect(await best('quirin')).toEqual(['Quirin Quirinus'])
  expect(await best('quirin quirinus')).toEqual(['Quirin Quirinus'])
  expect(await best('quirinus quirin')).toEqual(['Quirin Quirinus'])
})

it('finds nobody beyond the rights of who searches', async () => {
  const nobody = { '*': { read: 'own' as const, write: 'own' as const, delete: 'none' as const } }
  const asked = { member_id: cast.members.agent.id, kinds: nobody }
  expect(await cast.as(asked, ctx => searchAll(ctx, { q: 'quist', limit: 8 }))).toEqual([])
  const closed = {
    kinds: { '*': { read: 'all' as const, write: 'all' as const, delete: 'all' as const, hide: ['email'] } },
  }
  expect(await cast.as(closed, ctx => searchAll(ctx, { q: 'quist', limit: 8 }))).toEqual([])
})

it('lists more hits than are put in order at once in their right order, wherever they stand', async () => {
  // Of 27,000, those called Zz stand behind more than a walk in order goes through.
  await cast.machine.system(async (_db, client) => {
    await client.query(
      `insert into contact (workspace_id, id, name) select $1, uuidv7(), case when n <= 21000 then 'Aa ' else 'Zz ' end || 'common ' || lpad(n::text, 6, '0')
       from generate_series(1, 27000) n`,
      [cast.workspace_id],
    )
  })
  const names = async (search: string, after?: string) => {
    const page = await cast.as({}, ctx =>
      listRecords(ctx, contactKind, { search, sort: 'name', limit: 2, ...(after ? { after } : {}) }),
    )
    return { next: page.next ?? '', names: page.items.map(item => item['name']) }
  }
  const soon = await names('common')
  expect(soon.names).toEqual(['Aa common 000001', 'Aa common 000002'])
  expect((await names('common', soon.next)).names).toEqual(['Aa common 000003', 'Aa common 000004'])
  const late = await names('zz common')
  expect(late.names).toEqual(['Zz common 021001', 'Zz common 021002'])
  expect((await names('zz common', late.next)).names).toEqual(['Zz common 021003', 'Zz common 021004'])
})

it('finds what nearly every record has among the newest, and what few have wherever it is', async () => {
  const frequent = await best('ommon')
  expect(frequent).toHaveLength(8)
  expect(new Set(frequent).size).toBe(8)
  expect(frequent.every(title => title.startsWith('Zz common'))).toBe(true)
  expect(frequent).toEqual(frequent.toSorted())
  expect(await best('common 000007')).toEqual(['Aa common 000007'])
  expect(await best('ommon', 1)).toHaveLength(1)
})
