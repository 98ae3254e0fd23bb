import type { Kysely } from 'kysely'
import type { PoolClient } from 'pg'
import type { ClickHouse } from './clickhouse.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Actor, Ctx, EnqueueOptions, Principal } from './ctx.ts'
import { newId } from './id.ts'
import { createLive, type Live } from './live.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Postgres, Transaction } from './postgres.ts'
import { type RateLimit, sharedRateLimit } from './rate-limit.ts'
import type { Secrets } from './secrets.ts'
import type { Tables } from './tables.ts'

export interface TransactionOptions {
  readOnly?: boolean
  request_id?: string
}

/** Everything a process has besides business: databases, secrets, clock, log. One per process. */
export interface Machine {
  readonly config: Config
  readonly log: Log
  readonly clock: Clock
  readonly postgres: Postgres
  readonly clickhouse: ClickHouse
  readonly secrets: Secrets
  readonly metrics: Metrics
  readonly live: Live
  /** Limits that hold over all processes. */
  readonly limits: RateLimit
  /** Where people reach this installation, without a slash at the end; known once the server listens. */
  publicUrl(): string
  transaction<T>(
    who: { principal: Principal } & TransactionOptions,
    run: (ctx: Ctx) => Promise<T>,
  ): Promise<T>
  /** For callers from inside (a job, a public survey, ingestion): everything of one workspace is allowed. */
  workspaceTransaction<T>(
    who: { workspace_id: string; actor: Actor } & TransactionOptions,
    run: (ctx: Ctx) => Promise<T>,
  ): Promise<T>
  /** Accounts, sessions and keys, which stand above workspaces. */
  auth<T>(run: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  /** A connection of the system login for as long as `run` takes, in no transaction: session locks, COPY. */
  systemConnection<T>(run: (client: PoolClient) => Promise<T>): Promise<T>
  /** Sees every workspace: projector, notifier, plumbing. */
  system<T>(run: (db: Kysely<Tables>, client: PoolClient) => Promise<T>): Promise<T>
}

export interface MachineParts {
  config: Config
  log: Log
  clock: Clock
  postgres: Postgres
  clickhouse: ClickHouse
  secrets: Secrets
  metrics: Metrics
  publicUrl: () => string
}

export function insidePrincipal(workspaceId: string, actor: Actor): Principal {
  return {
    workspace_id: workspaceId,
    actor,
    role: 'system',
    member_id: null,
    permissions: everyPermission,
    kinds: { '*': { read: 'all', write: 'all', delete: 'all' } },
    hidden_classes: [],
  }
}

const everyPermission: ReadonlySet<string> = Object.assign(new Set<string>(), { has: () => true })

export function createMachine(parts: MachineParts): Machine {
  const { postgres } = parts
  const machine: Machine = {
    ...parts,
    live: createLive({ log: parts.log }),
    limits: sharedRateLimit({
      log: parts.log,
      auth: run => postgres.transaction({ role: 'auth' }, tx => run(tx.db)),
    }),
    transaction({ principal, readOnly = false, request_id = newId() }, run) {
      const setting = {
        workspace_id: principal.workspace_id,
        actor: `${principal.actor.kind}:${principal.actor.id}`,
        request_id,
      }
      return again(() =>
        postgres.transaction({ role: 'app', setting, readOnly }, tx =>
          run(createCtx(machine, tx, principal, request_id)),
        ),
      )
    },
    workspaceTransaction({ workspace_id, actor, ...options }, run) {
      return machine.transaction({ principal: insidePrincipal(workspace_id, actor), ...options }, run)
    },
    auth: run => postgres.transaction({ role: 'auth' }, tx => run(tx.db)),
    async systemConnection(run) {
      const client = await postgres.systemPool.connect()
      try {
        return await run(client)
      } finally {
        // Session locks and settings must not reach the next user of a pooled connection.
        client.release(true)
      }
    },
    system: run => postgres.system(tx => run(tx.db, tx.client)),
  }
  return machine
}

/** Two writers that lock each other out: the one PostgreSQL stopped runs again, whole, in a new transaction. */
async function again<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      const code = (error as { code?: unknown } | null)?.code
      if ((code !== '40P01' && code !== '40001') || attempt === 3) throw error
    }
  }
}

function createCtx(machine: Machine, tx: Transaction, principal: Principal, request_id: string): Ctx {
  return {
    db: tx.db,
    workspace_id: principal.workspace_id,
    principal,
    request_id,
    now: machine.clock.now(),
    machine,
    async find(run) {
      await tx.become('find')
      const found = await run(tx.db)
      await tx.become('app')
      return found
    },
    async enqueue(job: string, payload: object, options: EnqueueOptions = {}) {
      await tx.client.query('select rapport.enqueue($1, $2, $3, $4, $5, $6)', [
        job,
        JSON.stringify(payload),
        options.key === undefined ? null : `${principal.workspace_id}:${options.key}`,
        options.run_at ?? null,
        options.queue === undefined ? null : `${principal.workspace_id}:${options.queue}`,
        options.max_attempts ?? 5,
      ])
    },
  }
}
