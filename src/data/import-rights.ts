import type { Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import type { ImportKind } from './import-formats.contract.ts'
import { says } from './says.ts'

export const actorOf = (principal: Principal) => `${principal.actor.kind}:${principal.actor.id}`

/** An import writes whole records of its kind, so only those who may write all of them may start one. */
export function mayImport(principal: Principal, kind: ImportKind): void {
  if (kind === 'answer') {
    if (principal.permissions.has('surveys.manage')) return
    throw fail('forbidden', { detail: says.may_not_answer() })
  }
  if (kind === 'interaction') {
    if (principal.permissions.has('events.write')) return
    throw fail('forbidden', { detail: says.may_not_record() })
  }
  const written = kind === 'relation' ? (['person', 'company'] as const) : [kind]
  const writesAll = written.every(one => (principal.kinds[one] ?? principal.kinds['*'])?.write === 'all')
  if (!writesAll) throw fail('forbidden', { detail: says.may_not_write_all() })
}

/** The rows of a file tell of anybody: they are for whoever sent it, and for those who may see everybody. */
export function seesRowsOf(principal: Principal, created_by: string | null): boolean {
  const reads = (['person', 'company'] as const).map(
    kind => (principal.kinds[kind] ?? principal.kinds['*'])?.read,
  )
  return created_by === actorOf(principal) || reads.every(read => read === 'all')
}
