import { sentences } from '../core/text-sentence.ts'

// What contracts and the browser say too.

export const says = sentences('data', {
  not_time_zone: 'is not a time zone; write it like Europe/Berlin',
  use_country: 'use a two-letter country code',
  use_currency: 'use a three-letter currency code',
  use_letters: 'use letters, digits, dots and dashes',
  use_one_character: 'use one character that is no letter, digit or quote',
})
