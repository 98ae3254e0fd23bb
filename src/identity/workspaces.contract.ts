import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, page, text } from '../core/text.ts'
import { contractText } from '../core/text-words.ts'
import { country, currency, locale, timeZone } from './places.contract.ts'
import { adjustableRoles, roles, scopes } from './rights.contract.ts'
import { says } from './says.contract.ts'

export const Workspace = z.object({
  id: id(),
  name: z.string(),
  slug: z.string(),
  time_zone: z.string(),
  currency: z.string(),
  locale: z.string(),
  country: z.string(),
  /** Members come in with a second factor only. */
  second_factor_required: z.boolean(),
})

/** What a new workspace is told about itself. */
export const NewWorkspace = z.strictObject({
  name: text(120, 1),
  country: country(),
  currency: currency(),
  time_zone: timeZone(),
  locale: locale().default('en'),
})

export const getWorkspace = endpoint({
  id: 'workspace.get',
  method: 'GET',
  path: '/api/workspace',
  summary: 'The workspace of the key or session',
  tag: 'Workspace',
  permission: 'workspace.read',
  ok: Workspace,
})

export const updateWorkspace = endpoint({
  id: 'workspace.update',
  method: 'PATCH',
  path: '/api/workspace',
  summary: 'Change the settings of the workspace',
  tag: 'Workspace',
  permission: 'workspace.manage',
  body: NewWorkspace.extend({ locale: locale(), second_factor_required: z.boolean() }).partial(),
  ok: Workspace,
})

export const createWorkspace = endpoint({
  id: 'workspaces.create',
  method: 'POST',
  path: '/api/workspaces',
  summary: 'Make another workspace, of which you become the owner',
  tag: 'Workspace',
  auth: 'session',
  permission: 'installation.manage',
  body: NewWorkspace,
  ok: Workspace,
  status: 201,
})

const Reach = z.object({ read: z.enum(scopes), write: z.enum(scopes), delete: z.enum(scopes) })

const RoleDescription = z.object({
  role: z.enum(roles),
  permissions: z.array(z.string()),
  kinds: z.record(z.string(), Reach),
  adjustable: z.boolean(),
})

export const listRoles = endpoint({
  id: 'roles.list',
  method: 'GET',
  path: '/api/roles',
  summary: 'What each role may do in this workspace',
  tag: 'Workspace',
  permission: 'workspace.read',
  ok: page(RoleDescription),
})

export const setReach = endpoint({
  id: 'roles.set_reach',
  method: 'PUT',
  path: '/api/roles/{role}/reach',
  summary:
    "Decide which records a role reaches: all, those of the member's teams and the teams below, own ones, or none",
  tag: 'Workspace',
  permission: 'workspace.manage',
  params: z.strictObject({ role: z.enum(adjustableRoles) }),
  body: z.strictObject({
    kind: z
      .string()
      .regex(/^(\*|[a-z][a-z0-9_]{0,62})$/, contractText(says.not_kind()))
      .default('*'),
    read: z.enum(scopes),
    write: z.enum(scopes),
    delete: z.enum(scopes),
  }),
  ok: RoleDescription,
})
