import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KindRights } from '../core/ctx.ts'
import { type RecordsCast, type Someone, startRecordsCast } from '../testing/records-cast.ts'
import { archiveCustomField, createCustomField } from './fields.ts'
import { newView } from './views.contract.ts'
import {
  bringBackView,
  changeView,
  getSavedView,
  listSavedViews,
  removeView,
  saveView,
  setDefaultView,
} from './views.ts'

let cast: RecordsCast
beforeAll(async () => {
  cast = await startRecordsCast()
})
afterAll(() => cast.close())

const reader = ['records.read']
const everything: KindRights = { read: 'all', write: 'all', delete: 'all' }
const agent = (more: Someone = {}): Someone => ({
  member_id: cast.members.agent.id,
  permissions: reader,
  role: 'agent',
  ...more,
})
const manager = (more: Someone = {}): Someone => ({
  member_id: cast.members.manager.id,
  permissions: reader,
  role: 'manager',
  ...more,
})
const admin = (): Someone => ({ member_id: cast.members.admin.id })
const view = (more: object = {}) => newView.parse({ kind: 'contact', name: 'Gold', ...more })
const save = (who: Someone, more: object = {}) => cast.as(who, ctx => saveView(ctx, view(more)))
const listed = async (who: Someone) =>
  (await cast.as(who, ctx => listSavedViews(ctx, { kind: 'contact', limit: 200 }))).items.map(one => one.id)
const missing = { kind: 'not_found' }

describe('a view', () => {
  it('keeps filter, search, sort and columns in their order with their widths', async () => {
    const parts = {
      filter: 'level = "gold" and salary > 10',
      search: 'ann',
      sort: '-created_at,name',
      columns: [{ key: 'name', width: 300 }, { key: 'email' }],
      pinned: true,
    }
    const { id } = await save(agent(), parts)
    expect(await cast.as(agent(), ctx => getSavedView(ctx, id))).toMatchObject({
      ...parts,
      shared: 'private',
      may_change: true,
      withheld: [],
    })
  })

  it('is refused where it would not work: an unknown field in filter, sort or columns', async () => {
    const invalid = { kind: 'invalid' }
    await expect(save(agent(), { filter: 'wealth > 3' })).rejects.toMatchObject(invalid)
    for (const [slip, meant] of [
      ['emial', '"email" (E-mail)'],
      ['Born', '"born_on" (Born)'],
      ['leven', '"level"'],
    ])
      await expect(save(agent(), { filter: `${slip} is empty` })).rejects.toMatchObject({
        errors: [{ message: { text: expect.stringContaining(`Did you mean ${meant}`) } }],
      })
    await expect(save(agent(), { filter: 'name = ' })).rejects.toMatchObject(invalid)
    await expect(save(agent(), { sort: 'wealth' })).rejects.toMatchObject(invalid)
    await expect(save(agent(), { columns: [{ key: 'wealth' }] })).rejects.toMatchObject(invalid)
    await expect(save(agent(), { columns: [{ key: 'name' }, { key: 'name' }] })).rejects.toMatchObject(
      invalid,
    )
    await expect(save(agent(), { kind: 'nothing' })).rejects.toMatchObject(invalid)
    await expect(save(agent(), { shared: 'role' })).rejects.toMatchObject(invalid)
    await expect(save({ ...agent(), member_id: null }, { shared: 'private' })).rejects.toMatchObject(invalid)
  })

  it('of somebody is seen and changed by nobody else, not even by an administrator', async () => {
    const { id } = await save(agent())
    for (const who of [manager(), admin(), agent({ workspace_id: cast.other_workspace_id })]) {
      expect(await listed(who)).not.toContain(id)
      await expect(cast.as(who, ctx => getSavedView(ctx, id))).rejects.toMatchObject(missing)
      await expect(cast.as(who, ctx => changeView(ctx, id, { name: 'Mine' }))).rejects.toMatchObject(missing)
      await expect(cast.as(who, ctx => removeView(ctx, id))).rejects.toMatchObject(missing)
    }
  })

  it('that is shared is opened by all, changed by its owner and by who manages fields', async () => {
    const { id } = await save(agent(), { shared: 'workspace' })
    expect(await cast.as(manager(), ctx => getSavedView(ctx, id))).toMatchObject({ may_change: false })
    const refused = { kind: 'forbidden', code: 'view_of_another' }
    await expect(cast.as(manager(), ctx => changeView(ctx, id, { name: 'x' }))).rejects.toMatchObject(refused)
    await expect(cast.as(manager(), ctx => removeView(ctx, id))).rejects.toMatchObject(refused)
    await cast.as(admin(), ctx => changeView(ctx, id, { name: 'Ours' }))
    expect(await cast.as(agent(), ctx => getSavedView(ctx, id))).toMatchObject({ name: 'Ours' })
    const other = agent({ workspace_id: cast.other_workspace_id })
    await expect(cast.as(other, ctx => getSavedView(ctx, id))).rejects.toMatchObject(missing)
  })

  it('of somebody else is not made private: it would be gone for who did it', async () => {
    const { id } = await save(agent(), { shared: 'workspace' })
    await expect(cast.as(admin(), ctx => changeView(ctx, id, { shared: 'private' }))).rejects.toMatchObject({
      code: 'view_of_another',
    })
    await cast.as(agent(), ctx => changeView(ctx, id, { shared: 'private' }))
  })

  it('that is shared with a role is not there for another', async () => {
    const { id } = await save(admin(), { shared: 'role', role: 'agent' })
    expect(await listed(agent())).toContain(id)
    expect(await listed(manager())).not.toContain(id)
    await cast.as(admin(), ctx => changeView(ctx, id, { role: 'manager' }))
    expect(await listed(agent())).not.toContain(id)
    expect(await listed(manager())).toContain(id)
  })

  it('is deleted and comes back', async () => {
    const { id } = await save(agent())
    await cast.as(agent(), ctx => removeView(ctx, id))
    expect(await listed(agent())).not.toContain(id)
    await expect(cast.as(manager(), ctx => bringBackView(ctx, id))).rejects.toMatchObject(missing)
    await cast.as(agent(), ctx => bringBackView(ctx, id))
    expect(await listed(agent())).toContain(id)
  })
})

describe('a shared view that names what its reader may not see', () => {
  const parts = {
    shared: 'workspace',
    filter: 'salary > 5000',
    sort: '-salary,name',
    columns: [{ key: 'name' }, { key: 'salary' }],
  }

  it('says which parts are left out, and tells nothing of them', async () => {
    const { id } = await save(admin(), parts)
    for (const hidden of [
      manager({ hidden_classes: ['sensitive'] }),
      manager({ kinds: { '*': { ...everything, hide: ['salary'] } } }),
    ]) {
      const shown = await cast.as(hidden, ctx => getSavedView(ctx, id))
      expect(shown).toMatchObject({
        filter: null,
        sort: 'name',
        columns: [{ key: 'name' }],
        withheld: ['filter', 'sort', 'columns'],
      })
      expect(JSON.stringify(shown)).not.toMatch(/salary|5000/)
    }
    const none = { read: 'none', write: 'none', delete: 'none' } as const
    const blind = manager({ kinds: { '*': everything, contact: none } })
    await expect(cast.as(blind, ctx => getSavedView(ctx, id))).rejects.toMatchObject(missing)
    expect(await listed(blind)).toEqual([])
  })

  it('keeps what is withheld when something else is changed', async () => {
    const hidden = agent({ hidden_classes: ['sensitive'] })
    const { id } = await save(agent(), parts)
    await cast.as(hidden, ctx => changeView(ctx, id, { name: 'Renamed' }))
    expect(await cast.as(agent(), ctx => getSavedView(ctx, id))).toMatchObject({
      name: 'Renamed',
      filter: parts.filter,
    })
  })

  it('also where the field was archived since', async () => {
    const { id: field } = await cast.as(admin(), ctx =>
      createCustomField(ctx, { kind: 'contact', key: 'tier', type: 'text', label: { en: 'Tier' } }),
    )
    const { id } = await save(agent(), { filter: 'custom.tier = "a"' })
    await cast.as(admin(), ctx => archiveCustomField(ctx, field))
    expect(await cast.as(agent(), ctx => getSavedView(ctx, id))).toMatchObject({
      filter: null,
      withheld: ['filter'],
    })
  })
})

describe('the view that a list opens with', () => {
  it('is chosen twice at the same moment and is one', async () => {
    const { id } = await save(manager())
    const choose = () => cast.as(manager(), ctx => setDefaultView(ctx, { kind: 'contact', view_id: id }))
    await Promise.all(Array.from({ length: 5 }, choose))
    expect((await cast.as(manager(), ctx => getSavedView(ctx, id))).is_my_default).toBe(true)
    await cast.as(manager(), ctx => setDefaultView(ctx, { kind: 'contact', view_id: null }))
  })

  it("is one's own, or else the role's, and only one that is seen", async () => {
    const [mine, shared] = [await save(agent()), await save(admin(), { shared: 'role', role: 'agent' })]
    await cast.as(agent(), ctx => setDefaultView(ctx, { kind: 'contact', view_id: mine.id }))
    await cast.as(admin(), ctx => setDefaultView(ctx, { kind: 'contact', view_id: shared.id, role: 'agent' }))
    expect(await cast.as(agent(), ctx => getSavedView(ctx, mine.id))).toMatchObject({ is_my_default: true })
    expect(await cast.as(agent(), ctx => getSavedView(ctx, shared.id))).toMatchObject({
      is_my_default: false,
      default_roles: ['agent'],
      opens_list: false,
    })
    await cast.as(agent(), ctx => setDefaultView(ctx, { kind: 'contact', view_id: null }))
    expect(await cast.as(agent(), ctx => getSavedView(ctx, mine.id))).toMatchObject({ is_my_default: false })
    expect(await cast.as(agent(), ctx => getSavedView(ctx, shared.id))).toMatchObject({ opens_list: true })
    await expect(
      cast.as(manager(), ctx => setDefaultView(ctx, { kind: 'contact', view_id: mine.id })),
    ).rejects.toMatchObject(missing)
    await expect(
      cast.as(admin(), ctx => setDefaultView(ctx, { kind: 'contact', view_id: shared.id, role: 'viewer' })),
    ).rejects.toMatchObject({ code: 'view_not_shared' })
  })

  it('of one’s own that is no longer shared with one gives way to that of the role', async () => {
    const ofRole = await save(admin(), { shared: 'role', role: 'manager' })
    const taken = await save(admin(), { shared: 'workspace' })
    const set = (view_id: string, role?: string) =>
      cast.as(role ? admin() : manager(), ctx =>
        setDefaultView(ctx, { kind: 'contact', view_id, ...(role ? { role } : {}) }),
      )
    await set(ofRole.id, 'manager')
    await set(taken.id)
    const opens = async () =>
      (await cast.as(manager(), ctx => listSavedViews(ctx, { kind: 'contact', limit: 200 }))).items
        .filter(one => one.opens_list)
        .map(one => one.id)
    expect(await opens()).toEqual([taken.id])
    await cast.as(admin(), ctx => changeView(ctx, taken.id, { shared: 'private' }))
    expect(await opens()).toEqual([ofRole.id])
    await cast.as(admin(), ctx => changeView(ctx, taken.id, { shared: 'workspace' }))
    expect(await opens()).toEqual([taken.id])
  })
})
