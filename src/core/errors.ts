import { type Said, type Sentence, sentenceOf, told } from './text-sentence.ts'
import { says } from './text-words.ts'

// Every expected failure has a stable code; the code decides the HTTP status, here and nowhere else.

const statusOf = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
  storage_full: 507,
} as const

const titles: Record<Kind, string> = {
  invalid: 'The request is not valid',
  unauthenticated: 'Sign in or send an API key',
  forbidden: 'Your role does not allow this',
  not_found: 'Not found',
  conflict: 'This conflicts with what is stored',
  gone: 'This is no longer available',
  payload_too_large: 'The request is too large',
  unsupported_media_type: 'This content type is not accepted',
  idempotency_key_reused: 'This Idempotency-Key was used for another request',
  too_many_requests: 'Too many requests',
  internal: 'Something went wrong on our side',
  unavailable: 'Not available at the moment, try again',
  storage_full: 'The storage is full',
}

export type Kind = keyof typeof statusOf

/** What is wrong with one part of the input. Said as a sentence it is also told in the reader's language. */
export interface FieldError {
  path: string
  message: string | Said
}

interface Details {
  /** A more specific stable code than the kind, e.g. `merge_same_person`. */
  code?: string
  /** A sentence for a person: what is wrong and what to do. Plain text only where operators alone read it. */
  detail?: string | Said
  errors?: FieldError[]
  retry_after_s?: number
  cause?: unknown
}

export class Failure extends Error {
  readonly kind: Kind
  readonly code: string
  readonly detail: string | undefined
  readonly said: Said | undefined
  readonly errors: FieldError[] | undefined
  readonly retry_after_s: number | undefined

  constructor(kind: Kind, details: Details) {
    const { detail } = details
    const text = typeof detail === 'object' ? detail.text : detail
    super(text ?? titles[kind], details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'Failure'
    this.kind = kind
    this.code = details.code ?? kind
    this.detail = text
    this.said = typeof detail === 'object' ? detail : undefined
    this.errors = details.errors
    this.retry_after_s = details.retry_after_s
  }

  get status(): number {
    return statusOf[this.kind]
  }
}

export const fail = (kind: Kind, details: Details = {}): Failure => new Failure(kind, details)

export interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail?: string
  sentence?: Sentence
  errors?: { path: string; message: string; sentence?: Sentence }[]
  request_id: string
}

const errorOf = ({ path, message }: FieldError) =>
  typeof message === 'string'
    ? { path, message }
    : { path, message: message.text, sentence: sentenceOf(message) }

export function problemOf(failure: Failure, requestId: string): Problem {
  return {
    type: 'about:blank',
    title: titles[failure.kind],
    status: failure.status,
    code: failure.code,
    ...(failure.detail === undefined ? {} : { detail: failure.detail }),
    ...(failure.said === undefined ? {} : { sentence: sentenceOf(failure.said) }),
    ...(failure.errors === undefined ? {} : { errors: failure.errors.map(errorOf) }),
    request_id: requestId,
  }
}

const connectionLost = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08006',
  '08003',
  '08001',
])

/** What a database error means to the caller. PostgreSQL's own words name values of other rows, so they never leave. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error
  const code = (error as { code?: unknown } | null)?.code
  const message = error instanceof Error ? error.message : ''
  if (typeof code === 'string') {
    if (code === '23505')
      return fail('conflict', {
        code: 'duplicate',
        detail: says.duplicate(),
        cause: error,
      })
    if (code === '23503')
      return fail('invalid', {
        code: 'unknown_reference',
        detail: says.unknown_reference(),
        cause: error,
      })
    if (code === '57014')
      return fail('unavailable', {
        code: 'timed_out',
        detail: says.timed_out(),
        cause: error,
      })
    if (code === '40P01' || code === '40001' || code === '55P03')
      return fail('unavailable', {
        code: 'busy',
        detail: says.busy(),
        cause: error,
      })
    if (code === '53100') return fail('storage_full', { cause: error })
    if (connectionLost.has(code))
      return fail('unavailable', { code: 'database_unavailable', retry_after_s: 2, cause: error })
  }
  if (
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      message,
    )
  ) {
    return fail('unavailable', { code: 'database_unavailable', retry_after_s: 2, cause: error })
  }
  return undefined
}

/** A failure as the outcome of one item says it. */
export const toldBy = ({ detail, said }: Failure): { detail?: string; sentence?: Sentence } =>
  said ? told(said) : detail === undefined ? {} : { detail }
