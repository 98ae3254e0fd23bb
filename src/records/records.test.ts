import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import { contactKind, firmKind, type RecordsCast, startRecordsCast } from '../testing/records-cast.ts'
import { writeBatch } from './batch.ts'
import { listHistory } from './history.ts'
import { setHooks } from './hooks.ts'
import { countRecords, createRecord, getRecord, listChanges, listRecords, updateRecord } from './index.ts'
import { removeRecord, restoreRecord } from './records.ts'
import { findTitles } from './titles.ts'
import { undoRequest } from './undo.ts'

let cast: RecordsCast
beforeAll(async () => {
  cast = await startRecordsCast()
})
afterAll(() => cast.close())

const inOne = <T>(run: (ctx: Ctx) => Promise<T>) => cast.as({}, run)
const make = (input: Record<string, unknown>) => inOne(ctx => createRecord(ctx, contactKind, input))

describe('a record', () => {
  it('is created with its texts trimmed and read back the same', async () => {
    const made = await make({ name: '  Ann ', email: '', level: 'gold', born_on: '1990-02-28', salary: 12.5 })
    expect(made).toMatchObject({
      name: 'Ann',
      email: null,
      level: 'gold',
      born_on: '1990-02-28',
      salary: 12.5,
      custom: {},
    })
    expect(await inOne(ctx => getRecord(ctx, contactKind, made.id))).toEqual(made)
  })

  it('keeps what a change does not name, and null empties a field', async () => {
    const { id } = await make({ name: 'Bob', email: 'bob@example.com', level: 'iron' })
    const changed = await inOne(ctx => updateRecord(ctx, contactKind, id, { level: null }))
    expect(changed).toMatchObject({ name: 'Bob', email: 'bob@example.com', level: null })
  })

  it('is refused without its required fields, with read-only or unknown ones', async () => {
    await expect(make({ email: 'x@example.com' })).rejects.toMatchObject({ errors: [{ path: 'name' }] })
    await expect(make({ name: 'X', created_at: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({
      kind: 'invalid',
    })
    await expect(make({ name: 'X', workspace_id: cast.other_workspace_id })).rejects.toMatchObject({
      kind: 'invalid',
    })
    const { id } = await make({ name: 'X' })
    await expect(inOne(ctx => updateRecord(ctx, contactKind, id, { name: ' ' }))).rejects.toMatchObject({
      errors: [{ path: 'name' }],
    })
  })

  it('that was deleted is gone for lists and reads until it is restored', async () => {
    const { id } = await make({ name: 'Going' })
    await inOne(ctx => removeRecord(ctx, contactKind, id))
    await expect(inOne(ctx => getRecord(ctx, contactKind, id))).rejects.toMatchObject({ kind: 'not_found' })
    expect(
      (await inOne(ctx => listRecords(ctx, contactKind, { filter: 'name = "going"', limit: 10 }))).items,
    ).toEqual([])
    await inOne(ctx => restoreRecord(ctx, contactKind, id))
    expect(await inOne(ctx => getRecord(ctx, contactKind, id))).toMatchObject({ id, name: 'Going' })
  })

  it('of another workspace can be neither read, changed, deleted nor referred to', async () => {
    const foreign = await cast.as({ workspace_id: cast.other_workspace_id }, ctx =>
      createRecord(ctx, firmKind, { name: 'Theirs' }),
    )
    const missing = { kind: 'not_found' }
    await expect(inOne(ctx => getRecord(ctx, firmKind, foreign.id))).rejects.toMatchObject(missing)
    await expect(
      inOne(ctx => updateRecord(ctx, firmKind, foreign.id, { name: 'Ours' })),
    ).rejects.toMatchObject(missing)
    await expect(inOne(ctx => removeRecord(ctx, firmKind, foreign.id))).rejects.toMatchObject(missing)
    await expect(make({ name: 'X', firm_id: foreign.id })).rejects.toMatchObject({
      errors: [{ path: 'firm_id' }],
    })
  })

  it('of another workspace is neither counted nor in the way where the role that finds sees both', async () => {
    for (const name of ['Aliena One', 'Aliena Two'])
      await cast.as({ workspace_id: cast.other_workspace_id }, ctx =>
        createRecord(ctx, contactKind, { name }),
      )
    await make({ name: 'Zoe Aliena' })
    const selection = { search: 'aliena' }
    expect(await inOne(ctx => countRecords(ctx, contactKind, selection))).toMatchObject({ count: 1 })
    const { items } = await inOne(ctx => listRecords(ctx, contactKind, { ...selection, limit: 1 }))
    expect(items.map(item => item['name'])).toEqual(['Zoe Aliena'])
  })

  it('that was merged is read, changed and referred to through its root', async () => {
    const root = await make({ name: 'Root' })
    const merged = await make({ name: 'Merged' })
    await cast.machine.system(async (_db, client) => {
      await client.query('update contact set merged_into = $1 where id = $2', [root.id, merged.id])
    })
    expect((await inOne(ctx => getRecord(ctx, contactKind, merged.id))).id).toBe(root.id)
    await inOne(ctx => updateRecord(ctx, contactKind, merged.id, { level: 'gold' }))
    expect(await inOne(ctx => getRecord(ctx, contactKind, root.id))).toMatchObject({ level: 'gold' })
    const { items } = await inOne(ctx => listHistory(ctx, contactKind, merged.id, { limit: 50 }))
    expect(new Set(items.map(item => item.record_id))).toEqual(new Set([root.id, merged.id]))
  })
})

describe('search', () => {
  const search = async (text: string) =>
    (await inOne(ctx => listRecords(ctx, contactKind, { search: text, limit: 20 }))).items.map(
      item => item['name'],
    )

  it('finds names without regard to accents and case, as one types', async () => {
    await make({ name: 'Émile Größler', email: 'emile@example.org', phone: '+49 30 5556677' })
    for (const text of [
      'é',
      'Em',
      'emi',
      'emile',
      'GROSSLER',
      'größ',
      'emile gro',
      'gro emile',
      '@example.org emi',
    ])
      expect(await search(text), text).toContain('Émile Größler')
    expect(await search('emile qq')).toEqual([])
  })

  it('finds phone numbers in any format', async () => {
    for (const text of ['+49 30 5556677', '0049305556677', '030 555-66-77', '(030) 555 6677', '55566'])
      expect(await search(text), text).toContain('Émile Größler')
    expect(await search('030 999 9999')).toEqual([])
  })

  it('takes signs of the pattern language for what they are', async () => {
    await make({ name: '100% sure_thing' })
    expect(await search('100%')).toEqual(['100% sure_thing'])
    expect(await search('sure_t')).toEqual(['100% sure_thing'])
    expect(await search('sureXthing')).toEqual([])
    expect(await search('%%%%')).toEqual([])
  })
})

describe('a day in a filter', () => {
  it('ends where the next begins, in the time zone of the workspace', async () => {
    // Midnight in Berlin between the last of January and the first of February.
    await make({ name: 'Midnight', seen_at: '2026-01-31T23:00:00.000Z', born_on: '2026-01-31' })
    const found = async (filter: string) =>
      (await inOne(ctx => countRecords(ctx, contactKind, { filter: `name = "midnight" and ${filter}` })))
        .count
    for (const [filter, count] of [
      ['seen_at = 2026-01-31', 0],
      ['seen_at = 2026-02-01', 1],
      ['seen_at <= 2026-01-31', 0],
      ['seen_at > 2026-01-31', 1],
      ['seen_at > 2026-02-01', 0],
      ['seen_at >= 2026-02-01', 1],
      ['seen_at < 2026-02-01', 0],
      ['seen_at between 2026-01-01 and 2026-01-31', 0],
      ['born_on > 2026-01-31', 0],
      ['born_on >= 2026-01-31', 1],
      ['born_on < 2026-01-31', 0],
      ['born_on between 2026-01-01 and 2026-01-31', 1],
    ] as const)
      expect([filter, await found(filter)]).toEqual([filter, count])
  })
})

describe('a count', () => {
  it('is exact while it is small', async () => {
    await make({ name: 'Counted Once' })
    expect(await inOne(ctx => countRecords(ctx, contactKind, { filter: 'name = "counted once"' }))).toEqual({
      count: 1,
      exact: true,
    })
  })
})

describe('history', () => {
  it('tells each change with its actor, only the fields that changed, newest first', async () => {
    const member_id = cast.members.agent.id
    const { id } = await cast.as({ member_id, request_id: 'req-1' }, ctx =>
      createRecord(ctx, contactKind, { name: 'Told', level: 'iron' }),
    )
    await cast.as({ member_id, request_id: 'req-2' }, ctx =>
      updateRecord(ctx, contactKind, id, { level: 'gold' }),
    )
    await cast.as({ member_id, request_id: 'req-3' }, ctx =>
      updateRecord(ctx, contactKind, id, { level: 'gold' }),
    )
    await cast.as({ member_id }, ctx => removeRecord(ctx, contactKind, id))
    await cast.as({ member_id }, ctx => restoreRecord(ctx, contactKind, id))
    const { items } = await inOne(ctx => listHistory(ctx, contactKind, id, { limit: 50 }))
    expect(items.map(item => item.action)).toEqual(['restored', 'deleted', 'updated', 'created'])
    expect(items[2]).toMatchObject({
      request_id: 'req-2',
      actor: { kind: 'member', id: member_id },
      changes: [{ field: 'level', before: 'iron', after: 'gold' }],
    })
    const first = await inOne(ctx => listHistory(ctx, contactKind, id, { limit: 3 }))
    const rest = await inOne(ctx => listHistory(ctx, contactKind, id, { limit: 3, after: first.next ?? '' }))
    expect(rest.items.map(item => item.action)).toEqual(['created'])
  })

  it('cannot be written, changed or removed by the application', async () => {
    for (const statement of [
      "insert into change (workspace_id, kind, record_id, op) values (rapport.workspace(), 'x', rapport.workspace(), 'insert')",
      "update change set actor = 'x'",
      'delete from change',
      "update field_value set text_value = 'x'",
    ])
      await expect(
        cast.machine.postgres.transaction(
          { role: 'app', setting: { workspace_id: cast.workspace_id } },
          ({ client }) => client.query(statement),
        ),
      ).rejects.toMatchObject({ code: '42501' })
  })

  it('is not written for bookkeeping alone', async () => {
    const { id } = await make({ name: 'Quiet' })
    await inOne(ctx => updateRecord(ctx, contactKind, id, { seen_at: '2026-03-01T10:00:00Z' }))
    expect(
      await inOne(ctx => listChanges(ctx, { kind: 'contact', record_ids: [id], limit: 10 })),
    ).toHaveLength(1)
  })
})

describe('undo', () => {
  it('writes the earlier values again, and can itself be undone', async () => {
    const { id } = await make({ name: 'Before', level: 'iron' })
    await cast.as({ request_id: 'change-1' }, ctx =>
      updateRecord(ctx, contactKind, id, { name: 'After', level: 'gold' }),
    )
    expect(
      await cast.as({ request_id: 'undo-1' }, ctx => undoRequest(ctx, { request_id: 'change-1' })),
    ).toEqual({ undone: 1, conflicts: [] })
    expect(await inOne(ctx => getRecord(ctx, contactKind, id))).toMatchObject({
      name: 'Before',
      level: 'iron',
    })
    await inOne(ctx => undoRequest(ctx, { request_id: 'undo-1' }))
    expect(await inOne(ctx => getRecord(ctx, contactKind, id))).toMatchObject({
      name: 'After',
      level: 'gold',
    })
  })

  it('leaves and reports a field that was changed since', async () => {
    const { id } = await make({ name: 'One', level: 'iron' })
    await cast.as({ request_id: 'change-2' }, ctx =>
      updateRecord(ctx, contactKind, id, { name: 'Two', level: 'gold' }),
    )
    await inOne(ctx => updateRecord(ctx, contactKind, id, { name: 'Three' }))
    const { undone, conflicts } = await inOne(ctx => undoRequest(ctx, { request_id: 'change-2' }))
    expect(undone).toBe(1)
    expect(conflicts).toMatchObject([{ record_id: id, field: 'name' }])
    expect(await inOne(ctx => getRecord(ctx, contactKind, id))).toMatchObject({
      name: 'Three',
      level: 'iron',
    })
  })

  it('of a creation deletes, of a deletion restores', async () => {
    const { id } = await cast.as({ request_id: 'make-1' }, ctx =>
      createRecord(ctx, contactKind, { name: 'Made' }),
    )
    await cast.as({ request_id: 'unmake-1' }, ctx => undoRequest(ctx, { request_id: 'make-1' }))
    await expect(inOne(ctx => getRecord(ctx, contactKind, id))).rejects.toMatchObject({ kind: 'not_found' })
    await inOne(ctx => undoRequest(ctx, { request_id: 'unmake-1' }))
    expect(await inOne(ctx => getRecord(ctx, contactKind, id))).toMatchObject({ name: 'Made' })
  })

  it('does nothing with rights that the undoer does not have, nor over workspaces', async () => {
    const { id } = await make({ name: 'Kept' })
    await cast.as({ request_id: 'change-3' }, ctx => updateRecord(ctx, contactKind, id, { name: 'Changed' }))
    const kinds = { '*': { read: 'all', write: 'none', delete: 'none' } } as const
    expect(await cast.as({ kinds }, ctx => undoRequest(ctx, { request_id: 'change-3' }))).toMatchObject({
      undone: 0,
      conflicts: [{ record_id: id }],
    })
    const elsewhere = { workspace_id: cast.other_workspace_id }
    expect(await cast.as(elsewhere, ctx => undoRequest(ctx, { request_id: 'change-3' }))).toEqual({
      undone: 0,
      conflicts: [],
    })
    expect(await inOne(ctx => getRecord(ctx, contactKind, id))).toMatchObject({ name: 'Changed' })
  })
})

describe('a batch', () => {
  it('gives each item its own outcome and loses none to another', async () => {
    const { outcomes } = await inOne(ctx =>
      writeBatch(ctx, contactKind, {
        mode: 'create',
        items: [
          { name: 'Batch One', email: 'one@batch.example' },
          { email: 'nameless@batch.example' },
          { name: 'Batch Two', email: 'ONE@batch.example' },
          { name: 'Batch Three', secret: 1 },
        ],
      }),
    )
    expect(outcomes.map(({ index, status, code }) => [index, status, code])).toEqual([
      [0, 'created', undefined],
      [1, 'rejected', 'invalid'],
      [2, 'rejected', 'duplicate'],
      [3, 'rejected', 'invalid'],
    ])
  })

  it('upserts by what tells records apart', async () => {
    const items = [
      { name: 'Batch One', email: 'One@Batch.example' },
      { name: 'Batch Four', email: 'four@batch.example' },
      { name: 'Batch IV', email: 'four@batch.example' },
    ]
    const upsert = () =>
      inOne(ctx => writeBatch(ctx, contactKind, { mode: 'upsert', match: ['email'], items }))
    expect((await upsert()).outcomes.map(one => one.status)).toEqual(['updated', 'created', 'updated'])
    await expect(
      inOne(ctx => writeBatch(ctx, contactKind, { mode: 'upsert', match: ['name'], items })),
    ).rejects.toMatchObject({ kind: 'invalid' })
  })
})

describe('a kind with ways of its own', () => {
  it('may complete what is written, and acts in the same transaction', async () => {
    const events: string[] = []
    setHooks(firmKind, {
      async beforeWrite(_ctx, items) {
        for (const item of items) if (item.values['name'] === 'bad') throw new Error('refused')
        for (const item of items) if (item.values['industry'] === 'it') item.values['industry'] = 'IT'
      },
      async onWrite(_ctx, { op, rows }) {
        events.push(`${op} ${String(rows[0]?.after['industry'])}`)
      },
    })
    const firm = await inOne(ctx => createRecord(ctx, firmKind, { name: 'Own', industry: 'it' }))
    await inOne(ctx => updateRecord(ctx, firmKind, firm.id, { industry: 'it' }))
    await inOne(ctx => updateRecord(ctx, firmKind, firm.id, { employees: 3 }))
    await expect(inOne(ctx => updateRecord(ctx, firmKind, firm.id, { name: 'bad' }))).rejects.toThrow(
      'refused',
    )
    expect(events).toEqual(['create IT', 'update IT'])
    setHooks(firmKind, {})
  })
})

describe('a reference', () => {
  it('is told by the name, by an address where there is no name, and not at all where it is not there', async () => {
    const named = await make({ name: 'Told', email: 'told@example.com' })
    const nameless = await make({ name: 'Soon gone', email: 'nameless@example.com' })
    await inOne(({ db }) =>
      sql`update ${sql.table(contactKind.table)} set name = '' where id = ${nameless.id}`.execute(db),
    )
    const ids = [named.id, nameless.id, newId()].join()
    expect(await inOne(ctx => findTitles(ctx, { kind: contactKind.name, ids }))).toEqual(
      expect.arrayContaining([
        { id: named.id, title: 'Told' },
        { id: nameless.id, title: 'nameless@example.com' },
      ]),
    )
  })
})

describe('a cursor', () => {
  it('leads on only where there is more', async () => {
    for (let number = 0; number < 4; number += 1) await make({ name: `Lead ${number}` })
    const page = (after?: string) =>
      inOne(ctx => listRecords(ctx, contactKind, { filter: 'name starts with "lead"', limit: 2, after }))
    const first = await page()
    expect(first.next).not.toBeNull()
    const second = await page(first.next ?? '')
    expect([second.items.length, second.next]).toEqual([2, null])
  })

  it('is refused when it was made for another sort or by hand, never misread', async () => {
    for (let number = 0; number < 3; number += 1) await make({ name: `Cursor ${number}` })
    const page = await inOne(ctx => listRecords(ctx, contactKind, { sort: 'name', limit: 1 }))
    const forged = (values: unknown[]) => {
      const parts = JSON.parse(Buffer.from(page.next ?? '', 'base64url').toString()) as unknown[]
      return Buffer.from(JSON.stringify([parts[0], parts[1], values, newId()])).toString('base64url')
    }
    const bad = ['x', 'e30', forged([1]), forged([]), forged(['a\u0000']), forged([{ a: 1 }]), page.next]
    for (const after of bad) {
      const sort = after === page.next ? '-name' : 'name'
      await expect(
        inOne(ctx => listRecords(ctx, contactKind, { sort, limit: 1, after: after ?? '' })),
      ).rejects.toMatchObject({ code: 'invalid_cursor' })
    }
  })
})
