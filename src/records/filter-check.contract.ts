import { isSaid, type Said } from '../core/text-sentence.ts'
import {
  type Catalogue,
  type CatalogueField,
  type Hop,
  nameOf,
  operatorsOf,
  resolvePath,
} from './catalogue.contract.ts'
import {
  type Condition,
  type Filter,
  isMe,
  isRelative,
  limitProblem,
  type Scalar,
} from './filter.contract.ts'
import {
  type DateContext,
  dayOf,
  type Moment,
  nextDay,
  resolveMoment,
  startOfDay,
} from './filter-dates.contract.ts'
import { writtenAs } from './filter-print.contract.ts'
import { findKind } from './kind.contract.ts'
import { optionNamed } from './options.contract.ts'
import { says } from './says.contract.ts'

// A filter checked against the catalogue becomes a tree of five tests over resolved fields, with every value of its field's type.

export interface Bound {
  value: string | number
  inclusive: boolean
}
export type Test =
  | { is: 'filled' }
  | { is: 'one_of'; values: (string | number | boolean)[] }
  | { is: 'range'; from?: Bound; to?: Bound }
  | { is: 'contains'; value: string }
  | { is: 'starts_with'; value: string }
export interface CheckedCondition {
  hops: Hop[]
  kind: string
  field: CatalogueField
  test: Test
}
export type CheckedFilter =
  | { and: CheckedFilter[] }
  | { or: CheckedFilter[] }
  | { not: CheckedFilter }
  | CheckedCondition

export interface FilterProblem {
  path: string
  message: Said
}
export interface CheckContext extends DateContext {
  /** Who "me" is; nobody when a key asks. */
  member_id: string | null
}

type Checked = CheckedFilter | undefined

export function checkFilter(
  catalogue: Catalogue,
  kind: string,
  filter: Filter,
  context: CheckContext,
): { filter: CheckedFilter } | { problems: FilterProblem[] } {
  const tooLarge = limitProblem(filter)
  if (tooLarge) return { problems: [{ path: 'filter', message: tooLarge }] }
  const problems: FilterProblem[] = []
  const check = (node: Filter, path: string): Checked => {
    if ('and' in node || 'or' in node) {
      const group = 'and' in node ? 'and' : 'or'
      const children = 'and' in node ? node.and : node.or
      // An empty group would mean "everything" or "nothing" by accident.
      if (children.length === 0) problems.push({ path, message: says.empty_group() })
      const parts = children.map((child, index) => check(child, `${path}.${group}.${index}`))
      const whole = parts.filter(part => part !== undefined)
      return group === 'and' ? { and: whole } : { or: whole }
    }
    if ('not' in node) {
      const inner = check(node.not, `${path}.not`)
      return inner && { not: inner }
    }
    const checked = checkCondition(catalogue, kind, node, context)
    if (!isSaid(checked)) return checked
    problems.push({ path, message: checked })
    return undefined
  }
  const checked = check(filter, 'filter')
  return checked && problems.length === 0 ? { filter: checked } : { problems }
}

/** Whether what the filter means depends on where a day begins. */
export function hasDates(catalogue: Catalogue, kind: string, filter: Filter): boolean {
  if ('and' in filter) return filter.and.some(part => hasDates(catalogue, kind, part))
  if ('or' in filter) return filter.or.some(part => hasDates(catalogue, kind, part))
  if ('not' in filter) return hasDates(catalogue, kind, filter.not)
  const resolved = resolvePath(catalogue, kind, filter.field)
  if (isSaid(resolved)) return false
  return isDated(resolved.field) || resolved.hops.some(({ relation }) => findKind(relation.kind)?.ends)
}
const isDated = ({ type }: CatalogueField) => type === 'date' || type === 'date_time'

function checkCondition(
  catalogue: Catalogue,
  kind: string,
  condition: Condition,
  context: CheckContext,
): CheckedFilter | Said {
  const resolved = resolvePath(catalogue, kind, condition.field)
  if (isSaid(resolved)) return resolved
  const { field } = resolved
  const { op } = condition
  const named = nameOf(condition.field, resolved)
  if (!field.filterable) return says.not_filterable({ field: named })
  if (!operatorsOf[field.type].includes(op))
    return says.no_such_operator({
      field: named,
      operator: writtenAs(op),
      operators: operatorsOf[field.type].map(writtenAs),
    })
  if (op === 'empty') return { not: { ...resolved, test: { is: 'filled' } } }
  if (op === 'not_empty') return { ...resolved, test: { is: 'filled' } }
  const values = Array.isArray(condition.value) ? condition.value : [condition.value]
  const wanted = op === 'between' ? 2 : 1
  if (op === 'in' ? !Array.isArray(condition.value) || values.length === 0 : values.length !== wanted)
    return op === 'in'
      ? says.takes_list({ field: named, operator: writtenAs(op) })
      : says.takes_values({ field: named, operator: writtenAs(op), count: wanted })
  const test = testOf(field, op === 'ne' ? 'eq' : op, values, context)
  if (isSaid(test)) return says.about_field({ field: named, problem: test })
  return op === 'ne' ? { not: { ...resolved, test } } : { ...resolved, test }
}

type Comparing = Exclude<Condition['op'], 'ne' | 'empty' | 'not_empty'>

function testOf(
  field: CatalogueField,
  op: Comparing,
  values: (Scalar | undefined)[],
  context: CheckContext,
): Test | Said {
  if (field.type === 'date' || field.type === 'date_time') return dateTest(field.type, op, values, context)
  const read: (string | number | boolean)[] = []
  for (const value of values) {
    const typed = valueOf(field, value, context)
    if (typed === null) continue
    if (typeof typed === 'object') return typed.problem
    read.push(typed)
  }
  if (op === 'contains' && field.type !== 'options') return { is: 'contains', value: String(read[0]) }
  if (op === 'starts_with') return { is: 'starts_with', value: String(read[0]) }
  if (op === 'eq' || op === 'in' || op === 'contains') return { is: 'one_of', values: read }
  const bounds = read.map(value => (typeof value === 'boolean' ? Number(value) : value))
  return rangeOf(op, bounds)
}

function rangeOf(op: Comparing, [first = '', second = '']: (string | number)[]): Test {
  if (op === 'lt' || op === 'lte') return { is: 'range', to: { value: first, inclusive: op === 'lte' } }
  if (op === 'gt' || op === 'gte') return { is: 'range', from: { value: first, inclusive: op === 'gte' } }
  return {
    is: 'range',
    from: { value: first, inclusive: true },
    to: { value: second, inclusive: true },
  }
}

/** The value as its field holds it; null is "me" where nobody is signed in, which equals nothing. */
function valueOf(
  field: CatalogueField,
  value: Scalar | undefined,
  context: CheckContext,
): string | number | boolean | null | { problem: Said } {
  if (value === undefined) return { problem: says.value_missing() }
  if (isRelative(value)) return { problem: says.no_date_here() }
  if (isMe(value)) return field.type === 'member' ? context.member_id : { problem: says.me_is_member() }
  if (field.type === 'number' || field.type === 'money')
    return typeof value === 'number' ? value : { problem: says.want_number() }
  if (field.type === 'boolean')
    return typeof value === 'boolean' ? value : { problem: says.want_true_false() }
  const text = String(value).trim()
  if (text.includes('\u0000')) return { problem: says.no_nul() }
  if (text === '') return { problem: says.want_some_text() }
  if (field.type === 'option' || field.type === 'options') return optionOf(field, text)
  if (field.type === 'country')
    return /^[a-z]{2}$/i.test(text) ? text.toUpperCase() : { problem: says.want_country() }
  if (field.type === 'member' || field.type === 'relation')
    return uuid.test(text) ? text.toLowerCase() : { problem: says.want_id() }
  if (field.type === 'phone') return /\d/.test(text) ? text : { problem: says.want_digits() }
  return text
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

function optionOf(field: CatalogueField, text: string): string | { problem: Said } {
  const options = field.options ?? []
  const option = optionNamed(options, text)
  if (option) return option.id
  const shown = options
    .filter(one => !one.archived)
    .slice(0, 10)
    .map(one => says.quoted({ text: one.id }))
  return {
    problem:
      shown.length > 0 ? says.no_option({ option: text, options: shown }) : says.no_options({ option: text }),
  }
}

function dateTest(
  type: 'date' | 'date_time',
  op: Comparing,
  values: (Scalar | undefined)[],
  context: CheckContext,
): Test | Said {
  const spans: Span[] = []
  for (const value of values) {
    const readable = typeof value === 'string' || isRelative(value)
    const moment = readable ? resolveMoment(value, context) : undefined
    if (!moment) return says.want_date()
    spans.push(spanOf(type, moment, context.time_zone))
  }
  const [first, second = first] = spans
  if (!first || !second) return says.value_missing()
  if (op === 'lt') return { is: 'range', to: { value: first.from, inclusive: false } }
  if (op === 'lte') return { is: 'range', to: first.to }
  if (op === 'gt') return { is: 'range', from: { value: first.to.value, inclusive: !first.to.inclusive } }
  if (op === 'gte') return { is: 'range', from: { value: first.from, inclusive: true } }
  return { is: 'range', from: { value: first.from, inclusive: true }, to: second.to }
}

/** What a moment covers on a field: a day is a half-open stretch of a date_time, an instant is itself. */
interface Span {
  from: string
  to: Bound
}

function spanOf(type: 'date' | 'date_time', moment: Moment, zone: string): Span {
  if (type === 'date') {
    const day = 'day' in moment ? moment.day : dayOf(moment.at, zone)
    return { from: day, to: { value: day, inclusive: true } }
  }
  if ('at' in moment) {
    const instant = new Date(moment.at).toISOString()
    return { from: instant, to: { value: instant, inclusive: true } }
  }
  const iso = (day: string) => new Date(startOfDay(day, zone)).toISOString()
  return { from: iso(moment.day), to: { value: iso(nextDay(moment.day)), inclusive: false } }
}
