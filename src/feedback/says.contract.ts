import { sentences } from '../core/text-sentence.ts'

// What contracts say too.

export const says = sentences('feedback', {
  language_twice: 'must not repeat',
})
