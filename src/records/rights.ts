import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx, KindRights, Principal, Scope } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { ownersWithin } from '../core/reach.ts'
import { findKind, type Kind } from './kind.contract.ts'
import { oneOf } from './says.contract.ts'
import { says } from './says.ts'

// Rights on records and fields, in one place: what is said here goes into every query that loads, and no other code asks for a role.

const nothing: KindRights = { read: 'none', write: 'none', delete: 'none' }

export function rightsOn(principal: Principal, kindName: string): KindRights {
  const given = principal.kinds[kindName] ?? principal.kinds['*'] ?? nothing
  const { ends } = findKind(kindName) ?? {}
  return ends ? throughEnds(principal, given, [...new Set(Object.values(ends))]) : given
}

/** Whether there is any record that one may read or write; which ones depends on what each ties together. */
function throughEnds(principal: Principal, given: KindRights, kinds: string[]): KindRights {
  const theirs = kinds.map(kind => rightsOn(principal, kind))
  // A key that belongs to nobody writes nothing of its own.
  const reaches = (scope: Scope) => scope === 'all' || ownersWithin(principal, scope)?.length !== 0
  const any = (right: 'write' | 'delete'): Scope =>
    given[right] !== 'none' && theirs.some(one => reaches(one[right])) ? 'all' : 'none'
  const isRead = given.read !== 'none' && theirs.some(one => one.read !== 'none')
  const hide = [given, ...theirs].flatMap(one => one.hide ?? [])
  return { read: isRead ? 'all' : 'none', write: any('write'), delete: any('delete'), hide }
}

/** A hidden field does not exist for the reader: not in answers, filters, sorts, search or history. */
export function isHidden(
  principal: Principal,
  kindName: string,
  field: { key: string; privacy_class: string },
): boolean {
  const hide = rightsOn(principal, kindName).hide ?? []
  // A secret is written and used, never shown, whoever asks.
  return (
    field.privacy_class === 'secret' ||
    principal.hidden_classes.includes(field.privacy_class) ||
    hide.includes(field.key)
  )
}

/** The rows of a kind within a scope, as a condition on `alias`. */
export function scopeCondition(ctx: Ctx, kind: Kind, alias: string, scope: Scope): RawBuilder<SqlBool> {
  const owners = ownersWithin(ctx.principal, scope)
  if (owners === undefined) return sql<SqlBool>`true`
  if (owners.length === 0 || kind.owner === undefined) return sql<SqlBool>`false`
  const owner = sql.ref(`${alias}.${kind.owner}`)
  return owners.length === 1
    ? sql<SqlBool>`${owner} = ${owners[0]}::uuid`
    : sql<SqlBool>`${owner} = any(${owners}::uuid[])`
}

export const readScope = (ctx: Ctx, kind: Kind): Scope => rightsOn(ctx.principal, kind.name).read

/** Whether a row that was loaded lies within a scope. */
export function isWithin(ctx: Ctx, kind: Kind, row: Record<string, unknown>, scope: Scope): boolean {
  const owners = ownersWithin(ctx.principal, scope)
  return owners === undefined || (kind.owner !== undefined && owners.includes(String(row[kind.owner])))
}

export const refuseWrite = (kind: Kind) =>
  fail('forbidden', {
    code: 'records_read_only',
    detail: says.records_read_only({ kind: oneOf(kind) }),
  })
