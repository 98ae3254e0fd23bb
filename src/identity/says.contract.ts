import { sentences } from '../core/text-sentence.ts'

// What contracts and the browser say too.

export const says = sentences('identity', {
  password_short:
    'Use at least {{least}} characters. Several unrelated words are easy to remember and hard to guess.',
  password_repeats: 'This repeats itself. Use several unrelated words.',
  password_common:
    'This is made of words and patterns that are tried first. Add some words that have nothing to do with you or with each other.',
  not_email: 'must be an e-mail address',
  not_origin: 'must look like https://www.example.com, without a path',
  not_kind: 'must be a kind of record, or * for all others',
  not_country: 'must be a country code such as DE',
  not_currency: 'must be a currency code such as EUR',
  not_time_zone: 'must be a time zone such as Europe/Berlin',
  not_language: 'must be a language tag such as en or de-AT',
})
