// Who may do what, as one pure table: the server enforces it, the browser uses it to leave out what would be refused.

export const roles = ['owner', 'admin', 'manager', 'agent', 'viewer'] as const
export type Role = (typeof roles)[number]

export const permissions = [
  'account.manage',
  'workspace.read',
  'workspace.manage',
  'members.manage',
  'keys.manage',
  'fields.manage',
  'records.read',
  'records.write',
  'records.delete',
  'records.merge',
  'history.read',
  'surveys.read',
  'surveys.manage',
  'imports.run',
  'events.read',
  'events.write',
  'installation.manage',
] as const
export type Permission = (typeof permissions)[number]

export const scopes = ['all', 'team', 'own', 'none'] as const
export type Scope = (typeof scopes)[number]

/** Which records of a kind: every one, those of one's teams and of the teams below, those whose owner one is, or none. */
export interface Reach {
  read: Scope
  write: Scope
  delete: Scope
}

export type PrivacyClass = 'public' | 'internal' | 'personal' | 'sensitive' | 'secret'

export interface Rights {
  permissions: readonly Permission[]
  /** By kind of record; `*` is every kind not named. */
  kinds: Readonly<Record<string, Reach>>
  hidden_classes: readonly PrivacyClass[]
}

const viewer: readonly Permission[] = [
  'account.manage',
  'workspace.read',
  'records.read',
  'history.read',
  'surveys.read',
]
const agent: readonly Permission[] = [...viewer, 'records.write', 'records.delete', 'events.write']
const manager: readonly Permission[] = [
  ...agent,
  'records.merge',
  'surveys.manage',
  'imports.run',
  'events.read',
]
const admin: readonly Permission[] = [
  ...manager,
  'fields.manage',
  'keys.manage',
  'members.manage',
  'workspace.manage',
]

const everything: Reach = { read: 'all', write: 'all', delete: 'all' }

// `secret` is hidden from everybody: such a value is written and used, never shown.
const table: Readonly<Record<Role, Rights>> = {
  owner: { permissions: admin, kinds: { '*': everything }, hidden_classes: ['secret'] },
  admin: { permissions: admin, kinds: { '*': everything }, hidden_classes: ['secret'] },
  manager: { permissions: manager, kinds: { '*': everything }, hidden_classes: ['secret'] },
  agent: {
    permissions: agent,
    kinds: { '*': { read: 'all', write: 'all', delete: 'own' } },
    hidden_classes: ['secret'],
  },
  viewer: {
    permissions: viewer,
    kinds: { '*': { read: 'all', write: 'none', delete: 'none' } },
    hidden_classes: ['sensitive', 'secret'],
  },
}

/** A write key stands in public web pages. Its one door is the tracking API; everything else is closed to it. */
export const writeKeyRights: Rights = {
  permissions: [],
  kinds: { '*': { read: 'none', write: 'none', delete: 'none' } },
  hidden_classes: ['personal', 'sensitive', 'secret'],
}

/** Reaches a workspace has set for a role, in place of the usual ones. */
export type Overrides = readonly ({ role: Role; kind: string } & Reach)[]

export function rightsOf(role: Role, overrides: Overrides = []): Rights {
  const usual = table[role]
  const own = overrides.filter(one => one.role === role)
  if (own.length === 0) return usual
  const kinds: Record<string, Reach> = { ...usual.kinds }
  for (const { kind, read, write, delete: remove } of own) kinds[kind] = { read, write, delete: remove }
  return { ...usual, kinds }
}

export const isRole = (value: string): value is Role => roles.some(role => role === value)

/** Nobody makes another more powerful than oneself, and nobody touches somebody more powerful. `system` is the command line. */
export const mayGrant = (own: string, other: Role): boolean =>
  own === 'system' || (isRole(own) && roles.indexOf(own) <= roles.indexOf(other))

/** The roles whose reach a workspace may narrow; owners and admins could undo it anyway. */
export const adjustableRoles = ['manager', 'agent', 'viewer'] as const satisfies readonly Role[]
