import { addressOf, type Call, type Endpoint, type Reply } from '../endpoint.ts'
import { ApiError } from './api-error.ts'

interface CallOptions {
  signal?: AbortSignal | undefined
  /** Send again with the same key and the server answers as it did the first time. */
  idempotency_key?: string | undefined
}

type SignedOut = () => void
let signedOut: SignedOut = () => undefined

/** What to do when the server no longer knows the session. */
export function onSignedOut(handler: SignedOut): void {
  signedOut = handler
}

/** Calls an endpoint as its contract describes it. The server has checked the reply against the same contract. */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: Call<E> = {},
  options: CallOptions = {},
): Promise<Reply<E>> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (input.body !== undefined) headers['content-type'] = 'application/json'
  if (options.idempotency_key) headers['idempotency-key'] = options.idempotency_key
  const reply = await send(addressOf(endpoint, input), {
    method: endpoint.method,
    headers,
    credentials: 'same-origin',
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    ...(options.signal ? { signal: options.signal } : {}),
  })
  if (reply.status === 204) return undefined as Reply<E>
  return (await reply.json()) as Reply<E>
}

/** For what is not JSON: a file up, a file down. Errors are the same. */
export async function send(address: string, init: RequestInit): Promise<Response> {
  let reply: Response
  try {
    reply = await fetch(address, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError({ status: 0, code: 'unreachable' })
  }
  if (reply.ok) return reply
  const problem = await problemOf(reply)
  if (problem.status === 401 && problem.code === 'unauthenticated') signedOut()
  throw problem
}

async function problemOf(reply: Response): Promise<ApiError> {
  const fallback = { status: reply.status, code: reply.status >= 500 ? 'internal' : 'refused' }
  if (!reply.headers.get('content-type')?.includes('json')) return new ApiError(fallback)
  try {
    const said = (await reply.json()) as Partial<ConstructorParameters<typeof ApiError>[0]>
    return new ApiError({ ...fallback, ...said, status: reply.status })
  } catch {
    return new ApiError(fallback)
  }
}
