import { Bounded } from '../core/bounded.ts'
import type { Machine } from '../core/machine.ts'
import type { InteractionIdentifier } from './timeline.contract.ts'

// Ids of identifiers never change, so a sender's hot set is resolved without asking the database.

interface Known {
  ids: Bounded<string, number>
  /** By identifier the set it was last seen in. The same set again teaches nothing; a device that changes hands does. */
  folded: Bounded<number, string>
}

const perMachine = new WeakMap<Machine, Known>()

function knownOf(machine: Machine): Known {
  const found = perMachine.get(machine)
  if (found) return found
  const made = { ids: new Bounded<string, number>(200_000), folded: new Bounded<number, string>(200_000) }
  perMachine.set(machine, made)
  return made
}

const keyOf = (workspaceId: string, { type, value }: InteractionIdentifier) =>
  `${workspaceId} ${type} ${value}`

export const knownIdentifier = (machine: Machine, workspaceId: string, identifier: InteractionIdentifier) =>
  knownOf(machine).ids.get(keyOf(workspaceId, identifier))

/** Only after the commit that made them. */
export function rememberIdentifier(
  machine: Machine,
  workspaceId: string,
  identifier: InteractionIdentifier,
  id: number,
): void {
  knownOf(machine).ids.set(keyOf(workspaceId, identifier), id)
}

/** Once an hour the same set is folded again all the same: that keeps up when a person was last seen. */
export const foldingHour = (machine: Machine): number => Math.floor(machine.clock.now().getTime() / 3_600_000)

export function isFolded(machine: Machine, ids: number[], hour: number): boolean {
  const { folded } = knownOf(machine)
  const set = setOf(ids, hour)
  return ids.every(id => folded.get(id) === set)
}

export function rememberFolded(machine: Machine, ids: number[], hour: number): void {
  const { folded } = knownOf(machine)
  const set = setOf(ids, hour)
  for (const id of ids) folded.set(id, set)
}

const setOf = (ids: number[], hour: number) => `${hour} ${ids.join(' ')}`
