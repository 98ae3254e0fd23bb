import type { Principal, Scope } from './ctx.ts'

/** Whose records a scope covers: ids of members; undefined is everybody's and nobody's. A key without a member owns nothing. */
export function ownersWithin(
  { member_id, team = [] }: Pick<Principal, 'member_id' | 'team'>,
  scope: Scope,
): readonly string[] | undefined {
  if (scope === 'all') return undefined
  if (scope === 'none' || member_id === null) return []
  return scope === 'own' ? [member_id] : [...new Set([member_id, ...team])]
}
