import type { Ctx } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { ownersWithin } from '../core/reach.ts'
import { getRecord } from '../records/index.ts'
import { oneOf } from '../records/says.contract.ts'
import { companyKind, personKind } from './customers.contract.ts'
import { mergeRecords } from './merge.ts'
import { lastKeep } from './merge-list.ts'
import type { Mergeable } from './mergeable.ts'
import { says } from './says.ts'
import { unmergeRecords } from './unmerge.ts'
import { writeScope } from './upsert-rights.ts'

const kinds = { person: personKind, company: companyKind }

/** Merging changes both: whoever may not change one may not merge it, and both must be visible before anything is said about either. */
export async function refuseUnwritable(ctx: Ctx, { kind }: Mergeable, ids: string[]): Promise<void> {
  for (const id of ids) {
    const { owner_id } = await getRecord(ctx, kinds[kind], id)
    const owners = ownersWithin(ctx.principal, writeScope(ctx, kind))
    if (owners && !owners.includes(String(owner_id)))
      throw fail('forbidden', {
        code: 'records_read_only',
        detail: says.records_read_only({ kind: oneOf(kinds[kind]) }),
      })
  }
}

/** Undoing a merge takes it apart; undoing an un-merge merges again, with the same values chosen. */
export const undoMergeOf =
  (mergeable: Mergeable) =>
  async (ctx: Ctx, { id, other_id, merged }: { id: string; other_id: string; merged: boolean }) => {
    if (!ctx.principal.permissions.has('records.merge'))
      throw fail('forbidden', { detail: says.no_merging() })
    await refuseUnwritable(ctx, mergeable, merged ? [id] : [id, other_id])
    if (merged) await unmergeRecords(ctx, mergeable, { id, other_id })
    else
      await mergeRecords(ctx, mergeable, { id, other_id, keep: await lastKeep(ctx, mergeable, id, other_id) })
  }
