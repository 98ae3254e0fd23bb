import { sentences, type Value } from '../core/text-sentence.ts'
import type { Label } from './kind.contract.ts'

// What contracts and the browser say too.

export const says = sentences('records', {
  want_operator:
    'an operator (=, !=, <, <=, >, >=, in, between, contains, starts with, is empty, is not empty)',
  want_value: 'a value (text in quotes, a number, true, false, a date, today, now, me)',
  the_end: 'the end',
  want_fewer_characters: 'at most {{most}} characters',
  characters: '{{count}} characters',
  want_join: '"and", "or" or the end',
  want_smaller: 'a smaller filter',
  want_flatter: 'fewer nested groups',
  want_join_or_bracket: '"and", "or" or a closing bracket',
  want_field: 'a field, "not" or an opening bracket',
  want_with: '"with"',
  want_and: '"and"',
  want_empty_or_not: '"empty" or "not empty"',
  want_empty: '"empty"',
  want_opening: 'an opening bracket',
  want_fewer_values: 'at most {{most}} values',
  want_comma: 'a comma or a closing bracket',
  want_usual_number: 'a number of usual size',
  want_no_nul: 'text without the NUL character',
  want_period: '"week", "month", "quarter" or "year"',
  want_whole: 'a whole number',
  want_unit: '"minutes", "hours", "days", "weeks", "months", "quarters" or "years"',
  want_quote: 'a closing quote (")',
  want_text: 'text in quotes, with \\" for a quote, \\\\ for a backslash and \\n for a line break',
  want_token: 'a field, a value or an operator',
  quoted: '"{{text}}"',
  too_deep: 'Groups are nested deeper than {{most}}.',
  too_many_conditions: 'There are more than {{most}} conditions.',
  empty_group: 'A group needs at least one condition.',
  not_filterable: '"{{field}}" cannot be filtered.',
  not_sortable: '"{{field}}" cannot be sorted by.',
  no_such_operator: '"{{field}}" does not take "{{operator}}". It takes: {{operators}}.',
  about_field: '"{{field}}": {{problem}}',
  value_missing: 'a value is missing.',
  no_date_here: 'dates do not fit here.',
  me_is_member: '"me" fits members only.',
  want_number: 'expected a number.',
  want_true_false: 'expected true or false.',
  no_nul: 'the NUL character is in no text.',
  want_some_text: 'expected a text; to find empty fields write "is empty".',
  want_country: 'expected a two-letter country code, such as "DE".',
  want_id: 'expected an id.',
  want_digits: 'expected digits.',
  want_date: 'expected a date (2026-01-31), a time (2026-01-31T10:00) or a relative date (today - 30 days).',
  too_many_hops: '"{{path}}" goes over more than {{most}} relations.',
  no_field: 'There is no field "{{field}}".',
  no_field_on: 'There is no field "{{field}}" on {{kind}}.',
  no_field_but: 'There is no field "{{field}}" on {{kind}}. Did you mean "{{near}}" ({{label}})?',
  takes_list: '"{{field}}" with "{{operator}}" takes a list of values.',
  takes_values: {
    one: '"{{field}}" with "{{operator}}" takes {{count}} value.',
    other: '"{{field}}" with "{{operator}}" takes {{count}} values.',
  },
  no_option: 'there is no option "{{option}}". Options: {{options}}.',
  no_options: 'there is no option "{{option}}". Options: none.',
  syntax: 'At character {{at}}: expected {{expected}}, found {{found}}.',
  not_link: 'must be a web address (https://…)',
  year_range: 'must be between the years 1000 and 9998',
  not_email: 'must be an e-mail address',
  no_digits: 'must contain digits',
  not_country: 'must be a two-letter country code such as DE',
  not_language: 'must be a language code such as en',
  needs_text: 'needs a text in at least one language',
  not_key: 'must begin with a letter and hold only a-z, 0-9 and _',
})

interface Named {
  readonly name: string
  readonly plural: string
  readonly label: { readonly one: Label; readonly many: Label }
}

/** A kind of record as a value of a sentence. */
export const oneOf = ({ label, name }: Named): Value => ({ label: label.one, text: name })
export const manyOf = ({ label, plural }: Named): Value => ({ label: label.many, text: plural })
