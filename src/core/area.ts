import type { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import type { Ctx, Principal } from './ctx.ts'
import type { Endpoint } from './endpoint.ts'
import type { Machine } from './machine.ts'

export interface Input<E extends Endpoint> {
  params: z.output<E['params']>
  query: z.output<E['query']>
  body: z.output<E['body']>
  request: RequestFacts
  reply: ReplyFacts
}

/** What a handler may know of the HTTP request beyond its contract. */
export interface RequestFacts {
  ip: string
  user_agent: string
  secure: boolean
  /** With its port, as the browser addressed it. */
  host: string
  /** Whether a browser sent it from our own pages. Endpoints that set cookies refuse what is not. */
  same_origin: boolean
  cookie(name: string): string | undefined
}

export interface ReplyFacts {
  setCookie(name: string, value: string, options: { max_age_s: number }): void
  clearCookie(name: string): void
}

export interface Route {
  endpoint: Endpoint
  run(ctx: Ctx, input: Input<Endpoint>): Promise<unknown>
}

/** A public endpoint has no workspace and no transaction of its own: its rule gets the machine. */
export interface PublicRoute {
  endpoint: Endpoint
  runPublic(machine: Machine, input: Input<Endpoint>): Promise<unknown>
}

/** What a handler gets that takes a file or gives one. */
export type StreamInput<E extends Endpoint> = Input<E> & {
  stream: Readable
  /**
   * Does the work once per Idempotency-Key, inside the handler's transaction. `content` stands for what was sent: the
   * same key with other content is refused.
   */
  once(
    this: void,
    ctx: Ctx,
    content: string,
    work: () => Promise<Replying<z.input<E['ok']>>>,
  ): Promise<Replying<z.input<E['ok']>>>
}

/** A file in or out: runs outside a transaction and opens its own where it needs them. */
export interface StreamRoute {
  endpoint: Endpoint
  runStream(machine: Machine, principal: Principal, input: StreamInput<Endpoint>): Promise<unknown>
}

export interface Download {
  filename: string
  stream: Readable
}

/** A reply may carry Dates; they go out as ISO text. */
export type Replying<T> = T extends string
  ? T | Date
  : T extends readonly (infer Item)[]
    ? readonly Replying<Item>[]
    : T extends object
      ? { [Key in keyof T]: Replying<T[Key]> }
      : T

export function on<E extends Endpoint>(
  target: E,
  run: (ctx: Ctx, input: Input<E>) => Promise<Replying<z.input<E['ok']>>>,
): Route {
  return { endpoint: target, run }
}

export function onPublic<E extends Endpoint>(
  target: E,
  run: (machine: Machine, input: Input<E>) => Promise<Replying<z.input<E['ok']>>>,
): PublicRoute {
  return { endpoint: target, runPublic: run }
}

export function onStream<E extends Endpoint>(
  target: E,
  run: (
    machine: Machine,
    principal: Principal,
    input: StreamInput<E>,
  ) => Promise<Replying<z.input<E['ok']>> | Download>,
): StreamRoute {
  return { endpoint: target, runStream: run }
}

export interface JobRun {
  /** Inside a transaction: throws if another worker has taken the job over meanwhile. Call it before effects. */
  fence(ctx: Ctx): Promise<void>
  attempt: number
  /** Aborted when the worker is asked to stop; long jobs commit their cursor and return `again`. */
  signal: AbortSignal
}

export interface Job {
  name: string
  run(
    machine: Machine,
    payload: Record<string, unknown> & { workspace_id: string },
    job: JobRun,
  ): Promise<void>
}

export interface Loop {
  name: string
  /** The processes it runs in; `all` runs every loop. */
  role: 'web' | 'worker' | 'ingest'
  start(machine: Machine): Promise<RunningLoop>
}
export interface RunningLoop {
  stop(): Promise<void>
}

export interface Command {
  /** e.g. `key create` */
  name: string
  usage: string
  /** Prints with `print`; the return value is the exit code. */
  run(machine: Machine, args: string[], print: (line: string) => void): Promise<number>
}

export interface HealthItem {
  name: string
  ok: boolean
  detail?: string
  value?: number
  unit?: string
}

export type AnyRoute = Route | PublicRoute | StreamRoute

export interface Area {
  name: string
  /** Folder of NNNN_name.postgres.sql and NNNN_name.clickhouse.sql */
  migrations?: URL
  routes?: AnyRoute[]
  /** What is not JSON by contract. Each route declares `config: { access: 'public' | 'write_key' | 'api' | 'session', permission? }`. */
  rawRoutes?(app: FastifyInstance, machine: Machine): void
  /** Likewise, for what brings events: all that a process of the role `ingest` answers. */
  eventRoutes?(app: FastifyInstance, machine: Machine): void
  jobs?: Job[]
  loops?: Loop[]
  commands?: Command[]
  health?(machine: Machine): Promise<HealthItem[]>
  /** Once the server answers: lines to print below the address. */
  ready?(machine: Machine): Promise<string[]>
}
