import {
  type Condition,
  type Filter,
  isMe,
  isRelative,
  type Operator,
  type Scalar,
} from './filter.contract.ts'

const symbols: Partial<Record<Operator, string>> = {
  empty: 'is empty',
  not_empty: 'is not empty',
  eq: '=',
  ne: '!=',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  contains: 'contains',
  starts_with: 'starts with',
}
/** An operator as it stands in a filter. */
export const writtenAs = (op: Operator): string => symbols[op] ?? op.replace('_', ' ')

const dateText = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/

function printScalar(value: Scalar | undefined): string {
  if (value === undefined) return '""'
  if (isMe(value)) return 'me'
  if (isRelative(value)) {
    const base = value.base === 'now' || value.base === 'today' ? value.base : `start of ${value.base}`
    if (value.shift === undefined || value.unit === undefined) return base
    const amount = Math.abs(value.shift)
    return `${base} ${value.shift < 0 ? '-' : '+'} ${amount} ${value.unit}${amount === 1 ? '' : 's'}`
  }
  if (typeof value === 'string' && !dateText.test(value)) return JSON.stringify(value)
  return String(value)
}

function printCondition({ field, op, value }: Condition): string {
  const values = Array.isArray(value) ? value : [value]
  if (op === 'empty') return `${field} is empty`
  if (op === 'not_empty') return `${field} is not empty`
  if (op === 'in') return `${field} in (${values.map(printScalar).join(', ')})`
  if (op === 'between') return `${field} between ${printScalar(values[0])} and ${printScalar(values[1])}`
  return `${field} ${symbols[op]} ${printScalar(values[0])}`
}

const bracketed = (filter: Filter) =>
  'and' in filter || 'or' in filter ? `(${printFilter(filter)})` : printFilter(filter)

/** The text form; `parseFilter` gives the same tree back. */
export function printFilter(filter: Filter): string {
  if ('and' in filter) return filter.and.map(bracketed).join(' and ')
  if ('or' in filter)
    return filter.or.map(part => ('or' in part ? bracketed(part) : printFilter(part))).join(' or ')
  if ('not' in filter) return `not ${bracketed(filter.not)}`
  return printCondition(filter)
}
