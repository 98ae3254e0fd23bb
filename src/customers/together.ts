const aborted = '25P02'
const isAborted = (reason: unknown): boolean =>
  reason instanceof Error && 'code' in reason && reason.code === aborted

/**
 * Waits for work on one connection that need not wait for each other's answers. All of it has ended when this does, failed or
 * not: a statement sent after the end of its transaction would run in somebody else's.
 */
export async function together(...work: Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).flatMap(one =>
    one.status === 'rejected' ? [{ reason: one.reason as unknown }] : [],
  )
  // What failed behind the first failure only says that the transaction was already lost.
  const cause = failed.find(one => !isAborted(one.reason)) ?? failed[0]
  if (cause) throw cause.reason
}
