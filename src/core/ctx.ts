import type { Kysely } from 'kysely'
import type { Machine } from './machine.ts'
import type { Tables } from './tables.ts'

export const actorKinds = ['member', 'key', 'write_key', 'import', 'sample', 'system', 'respondent'] as const
export type ActorKind = (typeof actorKinds)[number]

export interface Actor {
  kind: ActorKind
  id: string
}

export type Scope = 'all' | 'team' | 'own' | 'none'

/** What may be done with the records of one kind; `hide` names fields whose very existence is not to be seen. */
export interface KindRights {
  read: Scope
  write: Scope
  delete: Scope
  hide?: readonly string[]
}

export interface Principal {
  workspace_id: string
  actor: Actor
  role: string
  member_id: string | null
  /** Members of one's teams and of the teams below, where a right reaches the team. */
  team?: readonly string[]
  permissions: ReadonlySet<string>
  /** By kind of record; `*` is the rest. */
  kinds: Readonly<Record<string, KindRights>>
  /** Fields of these privacy classes are masked. */
  hidden_classes: readonly string[]
  /** Signed in by cookie: unsafe requests must come from our own origin. */
  cookie?: boolean
  session_id?: string
  account_id?: string
}

export interface EnqueueOptions {
  /** At most one waiting job with this key; a later one replaces it. */
  key?: string
  run_at?: Date
  queue?: string
  max_attempts?: number
}

/** What a rule gets: one open transaction of one workspace, and who is acting. */
export interface Ctx {
  readonly db: Kysely<Tables>
  readonly workspace_id: string
  readonly principal: Principal
  readonly request_id: string
  readonly now: Date
  readonly machine: Machine
  /** Runs as role `find`, which row security does not hold: the query itself must name the workspace and the rights, and returns ids only. */
  find<T>(run: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  /** In the same transaction: the job exists if and only if the transaction commits. */
  enqueue(job: string, payload: object, options?: EnqueueOptions): Promise<void>
}
