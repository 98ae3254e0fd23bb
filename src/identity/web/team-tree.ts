import type { Reply } from '../../core/endpoint.ts'
import type { listTeams } from '../teams.contract.ts'

export type Team = Reply<typeof listTeams>['items'][number]
export interface TreeTeam extends Team {
  /** Names of the teams above it, the highest first. */
  above: string[]
}

/** Each team after the one above it. */
export function inTree(
  teams: readonly Team[],
  parent_id: string | null = null,
  above: string[] = [],
): TreeTeam[] {
  return teams.flatMap(team =>
    team.parent_id === parent_id
      ? [{ ...team, above }, ...inTree(teams, team.id, [...above, team.name])]
      : [],
  )
}

/** A team and everything below it: where it cannot be moved. */
export const belowOf = (teams: readonly Team[], id: string): Set<string> =>
  new Set([id, ...inTree(teams, id).map(team => team.id)])
