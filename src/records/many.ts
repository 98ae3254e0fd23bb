import type { Ctx } from '../core/ctx.ts'
import { orRejected } from './batch.ts'
import type { Kind } from './kind.contract.ts'
import type { ManyReply } from './records.contract.ts'
import { changeRecord, type Input, removeRecord } from './records.ts'

type Outcome = ManyReply['outcomes'][number]

/** In the order of the ids, so that two such requests wait for each other instead of locking crosswise. */
async function each(
  ctx: Ctx,
  ids: readonly string[],
  write: (id: string) => Promise<Outcome>,
): Promise<ManyReply> {
  const outcomes: Outcome[] = []
  for (const id of [...new Set(ids)].toSorted()) {
    outcomes.push({ id, ...(await orRejected(ctx, () => write(id))) })
  }
  return { request_id: ctx.request_id, outcomes }
}

export const changeMany = (
  ctx: Ctx,
  kind: Kind,
  { ids, values }: { ids: readonly string[]; values: unknown },
): Promise<ManyReply> =>
  each(ctx, ids, async id => {
    const { changed } = await changeRecord(ctx, kind, id, values as Input)
    return { id, status: changed ? 'updated' : 'unchanged' }
  })

export const removeMany = (ctx: Ctx, kind: Kind, { ids }: { ids: readonly string[] }): Promise<ManyReply> =>
  each(ctx, ids, async id => {
    await removeRecord(ctx, kind, id)
    return { id, status: 'deleted' }
  })
