import { z } from 'zod'

// The one description of an endpoint: the server mounts it, the browser calls it, the API document is made from it.

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** `api`: an API key or a signed-in browser. `session`: a signed-in browser only. `public`: anyone. */
export type Access = 'api' | 'session' | 'public'

export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Ok extends z.ZodType = z.ZodType,
> {
  readonly id: string
  readonly method: Method
  /** With parameters in braces: `/api/people/{id}`. */
  readonly path: `/${string}`
  readonly summary: string
  readonly description?: string
  readonly tag: string
  readonly access: Access
  readonly permission?: string
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly ok: Ok
  readonly status: number
  /** Takes a body up to 4 MB instead of 256 kB. */
  readonly bulk: boolean
  /** The reply carries a secret (a new key): it is never stored for replay. */
  readonly secret: boolean
  /** The body is a stream of one of these types, not JSON. */
  readonly upload?: { readonly types: readonly string[]; readonly max_bytes: number }
  /** The reply is a file of this type, not JSON. */
  readonly download?: string
  /** A write that changes nothing (a preview, a search by POST): runs in a read-only transaction. */
  readonly readOnly: boolean
}

interface Description<Params, Query, Body, Ok> {
  id: string
  method: Method
  path: `/${string}`
  summary: string
  description?: string
  tag: string
  auth?: Access
  permission?: string
  params?: Params
  query?: Query
  body?: Body
  ok: Ok
  status?: number
  bulk?: boolean
  readOnly?: boolean
  secret?: boolean
  upload?: { types: readonly string[]; max_bytes: number }
  download?: string
}

const nothing = z.strictObject({})
type Nothing = typeof nothing

export function endpoint<
  Ok extends z.ZodType,
  Params extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(description: Description<Params, Query, Body, Ok>): Endpoint<Params, Query, Body, Ok> {
  const { auth = 'api', permission, description: long, ...rest } = description
  if (auth !== 'public' && !permission) throw new Error(`endpoint ${rest.id} names no permission`)
  return {
    id: rest.id,
    method: rest.method,
    path: rest.path,
    summary: rest.summary,
    tag: rest.tag,
    access: auth,
    ...(long === undefined ? {} : { description: long }),
    ...(permission === undefined ? {} : { permission }),
    // Absent parts are empty: the casts say what the generics' defaults already promise.
    params: rest.params ?? (nothing as unknown as Params),
    query: rest.query ?? (nothing as unknown as Query),
    body: rest.body ?? (z.undefined() as unknown as Body),
    ok: rest.ok,
    status: rest.status ?? 200,
    bulk: rest.bulk ?? false,
    readOnly: rest.readOnly ?? rest.method === 'GET',
    secret: rest.secret ?? false,
    ...(rest.upload ? { upload: rest.upload } : {}),
    ...(rest.download ? { download: rest.download } : {}),
  }
}

/** What the browser or a test passes to an endpoint. */
export interface Call<E extends Endpoint> {
  params?: z.input<E['params']>
  query?: z.input<E['query']>
  body?: z.input<E['body']>
}
export type Reply<E extends Endpoint> = z.output<E['ok']>

/** The path with its parameters filled in and the query appended; undefined and null values are left out. */
export function addressOf(target: Endpoint, call: { params?: unknown; query?: unknown } = {}): string {
  const params = (call.params ?? {}) as Record<string, unknown>
  const path = target.path.replace(/\{(\w+)\}/g, (_match, name: string) =>
    encodeURIComponent(String(params[name])),
  )
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries((call.query ?? {}) as Record<string, unknown>)) {
    if (value === undefined || value === null) continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one))
  }
  const query = search.toString()
  return query ? `${path}?${query}` : path
}
