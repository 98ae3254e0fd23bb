import { expect, test } from 'vitest'
import { mayGrant, permissions, rightsOf, roles, writeKeyRights } from './rights.contract.ts'

test('each role may do what the one below it may, and more', () => {
  for (const [index, role] of roles.entries()) {
    const below = roles[index + 1]
    if (!below) continue
    const own = new Set(rightsOf(role).permissions)
    expect(rightsOf(below).permissions.filter(permission => !own.has(permission))).toEqual([])
  }
})

test('no role reaches the whole installation, that belongs to the account which set it up', () => {
  const granted = new Set(roles.flatMap(role => rightsOf(role).permissions))
  expect(permissions.filter(permission => !granted.has(permission))).toEqual(['installation.manage'])
})

test('nobody sees a secret and a viewer sees nothing sensitive', () => {
  for (const role of roles) expect(rightsOf(role).hidden_classes).toContain('secret')
  expect(rightsOf('viewer').hidden_classes).toContain('sensitive')
})

test('a write key has no right beside the door of the tracking API', () => {
  expect(writeKeyRights.permissions).toEqual([])
  expect(writeKeyRights.kinds).toEqual({ '*': { read: 'none', write: 'none', delete: 'none' } })
})

test('nobody gives away more than one has', () => {
  expect(mayGrant('owner', 'owner')).toBe(true)
  expect(mayGrant('admin', 'owner')).toBe(false)
  expect(mayGrant('admin', 'admin')).toBe(true)
  expect(mayGrant('viewer', 'agent')).toBe(false)
  expect(mayGrant('write_key', 'viewer')).toBe(false)
  expect(mayGrant('system', 'owner')).toBe(true)
})

test('a workspace narrows what a role reaches, kind by kind', () => {
  const narrow = { role: 'agent', kind: 'person', read: 'own', write: 'own', delete: 'none' } as const
  expect(rightsOf('agent', [narrow]).kinds).toEqual({
    '*': { read: 'all', write: 'all', delete: 'own' },
    person: { read: 'own', write: 'own', delete: 'none' },
  })
  expect(rightsOf('manager', [narrow]).kinds).toEqual(rightsOf('manager').kinds)
})
