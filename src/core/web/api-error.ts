import type { Sentence } from '../text-sentence.ts'
import { tell } from './i18n.ts'

export interface FieldProblem {
  path: string
  message: string
  sentence?: Sentence | undefined
}

/** A refused request, as the server's problem+json says it. Status 0: the server was not reached. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string | undefined
  readonly sentence: Sentence | undefined
  readonly errors: readonly FieldProblem[]
  readonly request_id: string | undefined

  constructor(problem: {
    status: number
    code: string
    title?: string | undefined
    detail?: string | undefined
    sentence?: Sentence | undefined
    errors?: readonly FieldProblem[] | undefined
    request_id?: string | undefined
  }) {
    super(problem.detail ?? problem.title ?? problem.code)
    this.name = 'ApiError'
    this.status = problem.status
    this.code = problem.code
    this.detail = problem.detail
    this.sentence = problem.sentence
    this.errors = problem.errors ?? []
    this.request_id = problem.request_id
  }
}

/** What the server said about one field of a form, if it said anything. */
export function fieldError(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  const found = error.errors.find(one => one.path === path || one.path === `body.${path}`)
  return found && tell(found.sentence, found.message)
}
