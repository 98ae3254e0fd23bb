import { EventEmitter } from 'node:events'
import { Logger, type Runner, run, runMigrations, type WorkerEvents } from 'graphile-worker'
import { type Kysely, sql } from 'kysely'
import type pg from 'pg'
import type { Area, HealthItem, Job, JobRun } from './area.ts'
import { fail } from './errors.ts'
import type { Log } from './log.ts'
import type { Machine } from './machine.ts'
import type { Tables } from './tables.ts'
import { says } from './text-words.ts'

const heartbeat_ms = 5_000
const silent_after = '30 seconds'

export async function migrateJobs(systemPool: pg.Pool, log: Log): Promise<void> {
  await runMigrations({ pgPool: systemPool, logger: quiet(log) })
}

const quiet = (log: Log) =>
  new Logger(() => (level, message) => {
    // The library's messages can quote payloads, so only their beginning is logged, and only when something is wrong.
    if (level === 'error' || level === 'warning')
      log.warn({ component: 'jobs', reason: message.slice(0, 40) }, 'the job runner reported trouble')
  })

/** For a database that serves no other program: whoever held a job before this start has died. */
export async function freeJobs({ postgres }: Machine): Promise<void> {
  await postgres.systemPool.query(
    `select graphile_worker.force_unlock_workers(array(
       select distinct locked_by from graphile_worker._private_jobs where locked_by is not null))`,
  )
  await postgres.systemPool.query('delete from rapport.worker_heartbeat')
}

export interface JobWorker {
  stop(): Promise<void>
}

export async function startJobs(machine: Machine, areas: Area[]): Promise<JobWorker> {
  const events: WorkerEvents = new EventEmitter()
  const workers = new Set<string>()
  // A job is held in the name of its worker, or of the pool when it came through the pool's local queue.
  events.on('worker:create', ({ worker }) => workers.add(worker.workerId))
  events.on('pool:create', ({ workerPool }) => workers.add(workerPool.id))
  const pool = machine.postgres.systemPool
  const runner = await run({
    pgPool: pool,
    concurrency: machine.config.job_concurrency,
    noHandleSignals: true,
    events,
    logger: quiet(machine.log),
    taskList: Object.fromEntries(
      areas.flatMap(area => area.jobs ?? []).map(job => [job.name, taskOf(machine, job)]),
    ),
    parsedCronItems: [],
    preset: { worker: { pollInterval: 1000 } },
  })
  const beat = () => keepAlive(pool, workers, machine.log)
  await beat()
  const timer = setInterval(beat, heartbeat_ms)
  return { stop: () => stop(runner, timer, pool, workers) }
}

async function stop(
  runner: Runner,
  timer: NodeJS.Timeout,
  pool: pg.Pool,
  workers: Set<string>,
): Promise<void> {
  clearInterval(timer)
  await runner.stop()
  await pool
    .query('delete from rapport.worker_heartbeat where worker = any($1)', [[...workers]])
    .catch(() => undefined)
}

function taskOf(machine: Machine, job: Job) {
  return async (
    payload: unknown,
    helpers: { job: { id: string; attempts: number; locked_by: string | null }; abortSignal: AbortSignal },
  ) => {
    const started = performance.now()
    const control: JobRun = {
      attempt: helpers.job.attempts,
      signal: helpers.abortSignal,
      async fence(ctx) {
        const { rows } = await sqlOf(ctx.db, helpers.job.id, helpers.job.locked_by ?? '')
        if (!rows[0]?.held)
          throw fail('conflict', {
            code: 'job_taken_over',
            detail: says.job_taken(),
          })
      },
    }
    try {
      await job.run(machine, payload as Parameters<Job['run']>[1], control)
      machine.metrics.job({ job: job.name, outcome: 'done' }, (performance.now() - started) / 1000)
    } catch (error) {
      machine.metrics.job({ job: job.name, outcome: 'failed' }, (performance.now() - started) / 1000)
      machine.log.error({ job: job.name, attempt: helpers.job.attempts, error }, 'a job failed')
      // Stored by the queue as its last error: the text of database errors quotes rows, so only a code is kept.
      throw new Error(`${job.name} failed: ${(error as { code?: string }).code ?? 'error'}`, { cause: error })
    }
  }
}

const sqlOf = (db: Kysely<Tables>, jobId: string, worker: string) =>
  sql<{ held: boolean }>`select rapport.hold_job(${jobId}::bigint, ${worker}) as held`.execute(db)

/** Says that this process's workers live, and frees the jobs of workers that have been silent (the queue's own limit is four hours). */
async function keepAlive(pool: pg.Pool, workers: Set<string>, log: Log): Promise<void> {
  try {
    await pool.query(
      `insert into rapport.worker_heartbeat (worker, seen_at) select unnest($1::text[]), now()
       on conflict (worker) do update set seen_at = excluded.seen_at`,
      [[...workers]],
    )
    const { rows } = await pool.query<{ worker: string }>(
      `select distinct j.locked_by as worker from graphile_worker._private_jobs j
       where j.locked_at < now() - interval '${silent_after}'
         and not exists (select 1 from rapport.worker_heartbeat h where h.worker = j.locked_by and h.seen_at > now() - interval '${silent_after}')`,
    )
    if (rows.length === 0) return
    await pool.query('select graphile_worker.force_unlock_workers($1::text[])', [rows.map(row => row.worker)])
    await pool.query(`delete from rapport.worker_heartbeat where seen_at < now() - interval '1 hour'`)
    log.warn({ count: rows.length }, 'freed the jobs of workers that fell silent')
  } catch (error) {
    log.warn({ component: 'jobs', error }, 'the worker could not say that it lives')
  }
}

/** Age of the oldest job that should have started, in seconds. */
export async function jobHealth(machine: Machine): Promise<HealthItem> {
  const { rows } = await machine.postgres.systemPool.query<{ age: number | null }>(
    `select extract(epoch from now() - min(run_at))::float8 as age from graphile_worker._private_jobs
     where locked_at is null and attempts < max_attempts and run_at <= now()`,
  )
  const age = rows[0]?.age ?? 0
  machine.metrics.gauge('oldest_job_seconds', age)
  return {
    name: 'jobs',
    ok: age < 60,
    value: Math.round(age),
    unit: 's',
    ...(age < 60 ? {} : { detail: 'jobs have been waiting for more than a minute: is a worker running?' }),
  }
}
