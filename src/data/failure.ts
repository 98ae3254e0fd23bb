import { type Said, sentenceOf } from '../core/text-sentence.ts'

/** Why a job stopped, as it is kept. */
export const failedBy = (why: Said | string | null) => ({
  failure: typeof why === 'string' || why === null ? why : why.text,
  failure_sentence: typeof why === 'string' || why === null ? null : JSON.stringify(sentenceOf(why)),
})
