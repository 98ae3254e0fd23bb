import type { Machine } from '../core/machine.ts'

/**
 * Takes out of the copy whose these identifiers were, before the rows here go: for identifiers that will be nobody's and
 * never come again. One assignment that is on its way at this moment would name somebody of whom nothing is left.
 */
export async function eraseOwners(
  machine: Machine,
  { workspace_id, identifier_ids }: { workspace_id: string; identifier_ids: readonly number[] },
): Promise<void> {
  if (!identifier_ids.length) return
  await machine.clickhouse.command(
    'delete from ownership where workspace_id = {workspace:UUID} and identifier_id in {identifiers:Array(UInt64)}',
    { workspace: workspace_id, identifiers: identifier_ids },
  )
}
