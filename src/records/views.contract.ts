import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, page, text } from '../core/text.ts'
import { filterLimits } from './filter.contract.ts'
import { pageLimit, rowsQuery } from './records.contract.ts'

// Saved views: what a list is narrowed to, how it is sorted, which columns it has, under a name and an address.

export const widthLimits = { least: 72, most: 640 } as const

const column = z.strictObject({
  key: text(80, 1),
  width: z.int().min(widthLimits.least).max(widthLimits.most).optional(),
})
export type ViewColumn = z.output<typeof column>

export const sharings = ['private', 'workspace', 'role'] as const
export type Sharing = (typeof sharings)[number]

const parts = {
  name: text(80, 1),
  filter: text(filterLimits.text).meta({ description: 'In the text form of filters; empty for all' }),
  search: text(200),
  sort: text(300),
  columns: z
    .array(column)
    .max(60)
    .nullable()
    .meta({ description: 'In their order; null for the usual ones' }),
  shared: z.enum(sharings).meta({ description: 'Who sees it; what a key saves is shared' }),
  role: text(60, 1).nullable().meta({ description: 'With whom a view of "role" is shared' }),
  pinned: z.boolean().meta({ description: 'Stands as a tab above the list' }),
}

export const viewSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    ...parts,
    filter: z.string().nullable(),
    columns: z.array(z.object({ key: z.string(), width: z.number().optional() })).nullable(),
    owner_id: z.string().nullable(),
    may_change: z.boolean(),
    is_my_default: z.boolean(),
    default_roles: z.array(z.string()),
    opens_list: z
      .boolean()
      .meta({ description: 'What your list opens with: your default, or else your role’s' }),
    withheld: z
      .array(z.enum(['filter', 'sort', 'columns']))
      .meta({ description: 'Parts that name what you may not see or what is gone; they are left out' }),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'view' })
export type View = z.output<typeof viewSchema>

export const newView = z.strictObject({
  kind: text(50, 1),
  name: parts.name,
  filter: parts.filter.default(''),
  search: parts.search.default(''),
  sort: parts.sort.default(''),
  columns: parts.columns.default(null),
  shared: parts.shared.optional(),
  role: parts.role.optional(),
  pinned: parts.pinned.default(false),
})
export type NewView = z.output<typeof newView>
export const viewChanges = z.strictObject(parts).partial()
export type ViewChanges = z.output<typeof viewChanges>

const one = z.strictObject({ id: id() })
const usual = { tag: 'Views', permission: 'records.read' } as const

export const listViews = endpoint({
  ...usual,
  id: 'views.list',
  method: 'GET',
  path: '/api/views',
  summary: 'List the saved views that you may open',
  query: z.strictObject({
    kind: text(50).optional(),
    ...rowsQuery,
    limit: z.coerce.number().int().min(1).max(pageLimit.most).default(pageLimit.most),
  }),
  ok: page(viewSchema),
})
export const getView = endpoint({
  ...usual,
  id: 'views.get',
  method: 'GET',
  path: '/api/views/{id}',
  summary: 'Read one saved view',
  params: one,
  ok: viewSchema,
})
export const createView = endpoint({
  ...usual,
  id: 'views.create',
  method: 'POST',
  path: '/api/views',
  summary: 'Save a view of a list',
  body: newView,
  ok: viewSchema,
  status: 201,
})
export const updateView = endpoint({
  ...usual,
  id: 'views.update',
  method: 'PATCH',
  path: '/api/views/{id}',
  summary: 'Change a saved view; what is not given stays',
  description: 'A view belongs to who saved it; shared ones may also be changed by who manages fields.',
  params: one,
  body: viewChanges,
  ok: viewSchema,
})
export const deleteView = endpoint({
  ...usual,
  id: 'views.delete',
  method: 'DELETE',
  path: '/api/views/{id}',
  summary: 'Delete a saved view; it can be restored',
  params: one,
  ok: z.object({ id: z.string(), deleted_at: z.string() }),
})
export const restoreView = endpoint({
  ...usual,
  id: 'views.restore',
  method: 'POST',
  path: '/api/views/{id}/restore',
  summary: 'Restore a deleted view',
  params: one,
  ok: viewSchema,
})

const chosen = {
  kind: text(50, 1),
  view_id: id().nullable().meta({ description: 'null for the list as it is without a view' }),
}
export const setMyDefaultView = endpoint({
  ...usual,
  id: 'views.set_my_default',
  method: 'PUT',
  path: '/api/my-default-view',
  auth: 'session',
  summary: 'Choose the view that a list opens with for you',
  body: z.strictObject(chosen),
  ok: z.object({ kind: z.string(), view_id: z.string().nullable() }),
})
export const setRoleDefaultView = endpoint({
  id: 'views.set_role_default',
  tag: 'Views',
  permission: 'fields.manage',
  method: 'PUT',
  path: '/api/role-default-view',
  summary: 'Choose the view that a list opens with for a role; members may choose another',
  body: z.strictObject({ ...chosen, role: text(60, 1) }),
  ok: z.object({ kind: z.string(), role: z.string(), view_id: z.string().nullable() }),
})
