import type { z } from 'zod'
import { type Said, sentences } from './text-sentence.ts'

// What the machine itself says: about requests, and about values that a contract does not take.

export const says = sentences('core', {
  refused: 'It was refused.',
  at_path: '{{path}}: {{problem}}',
  the_request: 'The request: {{problem}}',
  not_valid: 'is not valid',
  is_required: 'is required',
  not_text: 'must be a text',
  not_number: 'must be a number',
  not_whole: 'must be a whole number',
  not_yes_no: 'must be true or false',
  not_list: 'must be a list',
  not_object: 'must be an object',
  not_date: 'must be a date such as 2026-01-31',
  not_instant: 'must be a time such as 2026-01-31T10:00:00Z',
  not_email: 'must be an e-mail address',
  not_url: 'must be a web address (https://…)',
  not_uuid: 'must be a UUID',
  wrong_form: 'does not have the form that is expected',
  none_of: 'must be one of {{options}}',
  too_short: {
    one: 'must have at least {{count}} character',
    other: 'must have at least {{count}} characters',
  },
  too_long: {
    one: 'may have at most {{count}} character',
    other: 'may have at most {{count}} characters',
  },
  too_few: { one: 'needs at least {{count}} entry', other: 'needs at least {{count}} entries' },
  too_many: { one: 'may have at most {{count}} entry', other: 'may have at most {{count}} entries' },
  too_low: 'must be at least {{least}}',
  too_high: 'must be at most {{most}}',
  not_above: 'must be greater than {{least}}',
  not_below: 'must be less than {{most}}',
  not_step: 'must be a multiple of {{step}}',
  unknown_keys: {
    one: 'does not know {{keys}}',
    other: 'does not know any of {{keys}}',
  },
  broken_text: 'must not contain NUL characters or broken Unicode',
  not_next: 'is not the "next" of a page',
  file_too_large: 'The file is larger than {{mb}} MB.',
  key_length: 'Idempotency-Key must have 1 to 200 characters.',
  nothing_here: 'There is nothing at this address.',
  not_json: 'The request could not be read. Is the body valid JSON?',
  send_json: 'Send JSON with Content-Type: application/json.',
  job_taken: 'Another worker has taken this job over.',
  analytics_away: 'Analytics are not available at the moment. Everything else works.',
  duplicate: 'A record with these unique values already exists.',
  unknown_reference: 'A record that this refers to does not exist.',
  timed_out: 'The query took too long and was stopped.',
  busy: 'Another change was in the way. Try again.',
  https_needed: 'Signing in on this address needs HTTPS. Open Rapport over HTTPS, or on 127.0.0.1.',
  reply_not_kept: 'This was done already; its reply carried a secret and was not kept.',
  request_in_progress: 'A request with this Idempotency-Key is still running.',
  cross_site: 'This request did not come from this site.',
})

const fixed = new Map<string, Said>()

/** zod keeps only a text of what is wrong with a value; `saidOf` finds the sentence again by it. */
export function contractText(said: Said): string {
  fixed.set(said.text, said)
  return said.text
}

const types: Readonly<Record<string, () => Said>> = {
  string: says.not_text,
  number: says.not_number,
  int: says.not_whole,
  boolean: says.not_yes_no,
  array: says.not_list,
  object: says.not_object,
  record: says.not_object,
}

const formats: Readonly<Record<string, () => Said>> = {
  date: says.not_date,
  datetime: says.not_instant,
  email: says.not_email,
  url: says.not_url,
  uuid: says.not_uuid,
}

type Issue = z.core.$ZodIssue

function tooSmall(issue: Extract<Issue, { code: 'too_small' }>): Said {
  const least = Number(issue.minimum)
  if (issue.origin === 'string') return says.too_short({ count: least })
  if (issue.origin === 'array' || issue.origin === 'set') return says.too_few({ count: least })
  return issue.inclusive === false ? says.not_above({ least }) : says.too_low({ least })
}

function tooBig(issue: Extract<Issue, { code: 'too_big' }>): Said {
  const most = Number(issue.maximum)
  if (issue.origin === 'string') return says.too_long({ count: most })
  if (issue.origin === 'array' || issue.origin === 'set') return says.too_many({ count: most })
  return issue.inclusive === false ? says.not_below({ most }) : says.too_high({ most })
}

const isMissing = (value: unknown, path: readonly PropertyKey[]): boolean => {
  let at: unknown = value
  for (const key of path) at = (at as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key]
  return at === undefined
}

function ofType(issue: Extract<Issue, { code: 'invalid_type' | 'invalid_value' }>, value: unknown): Said {
  if (isMissing(value, issue.path)) return says.is_required()
  if (issue.code === 'invalid_type') return (types[issue.expected] ?? says.not_valid)()
  return says.none_of({ options: issue.values.slice(0, 20).map(String) })
}

function ofUnion(issue: Extract<Issue, { code: 'invalid_union' }>, value: unknown): Said {
  const tried = issue.errors.flat().find(one => one.code !== 'invalid_value')
  return tried ? saidOf(tried, value) : says.not_valid()
}

/** What is wrong with a value that a contract does not take; `value` is the whole in which the issue's path lies. */
export function saidOf(issue: Issue, value: unknown): Said {
  const own = fixed.get(issue.message)
  if (own) return own
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_value':
      return ofType(issue, value)
    case 'invalid_union':
      return ofUnion(issue, value)
    case 'too_small':
      return tooSmall(issue)
    case 'too_big':
      return tooBig(issue)
    case 'invalid_format':
      return (formats[issue.format] ?? says.wrong_form)()
    case 'not_multiple_of':
      return says.not_step({ step: issue.divisor })
    case 'unrecognized_keys':
      return says.unknown_keys({ count: issue.keys.length, keys: issue.keys.slice(0, 10) })
    default:
      return says.not_valid()
  }
}
