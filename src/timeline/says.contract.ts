import { sentences } from '../core/text-sentence.ts'

// What contracts and the browser say too.

export const says = sentences('timeline', {
  lower_case: 'use lower-case letters, digits and _',
  not_currency: 'use the three-letter code of ISO 4217',
})
