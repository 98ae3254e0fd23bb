import { Failure } from '../core/errors.ts'
import { type Said, sentenceOf } from '../core/text-sentence.ts'

/** Why a job stopped, as it is kept. */
export const failedBy = (why: Said | string | null) => ({
  failure: typeof why === 'string' || why === null ? why : why.text,
  failure_sentence: typeof why === 'string' || why === null ? null : JSON.stringify(sentenceOf(why)),
})

/** A rule of ours that the next attempt would break, too; not when another worker has the job, nor when it should wait. */
export const isFinal = (error: unknown): error is Failure =>
  error instanceof Failure &&
  error.status < 500 &&
  error.kind !== 'too_many_requests' &&
  error.code !== 'job_taken_over'

/** A failure's own sentence, else its English. */
export const saidBy = (error: Failure | { said?: Said | undefined; message: string }): Said | string =>
  error.said ?? error.message
