import { z } from 'zod'
import type { Said } from '../core/text-sentence.ts'
import { contractText, says as coreSays } from '../core/text-words.ts'
import { says } from './says.contract.ts'

// The one filter language. A filter is a tree; the text form (filter-parse, filter-print) says the same.
// "ne" and "empty" are the exact complements of "eq" and "not_empty": an unknown value is never equal to anything.

export const operators = [
  'eq',
  'ne',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'between',
  'contains',
  'starts_with',
  'empty',
  'not_empty',
] as const
export type Operator = (typeof operators)[number]

export const dateBases = ['now', 'today', 'week', 'month', 'quarter', 'year'] as const
export const dateUnits = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const
export type DateUnit = (typeof dateUnits)[number]

/** `today - 30 days`; the bases week to year mean the first day of the running one. */
export interface RelativeDate {
  base: (typeof dateBases)[number]
  shift?: number | undefined
  unit?: DateUnit | undefined
}
/** The member who asks. */
export interface Me {
  me: true
}
export type Scalar = string | number | boolean | RelativeDate | Me

export interface Condition {
  field: string
  op: Operator
  value?: Scalar | Scalar[] | undefined
}
export type Filter = { and: Filter[] } | { or: Filter[] } | { not: Filter } | Condition

export const filterLimits = {
  depth: 12,
  conditions: 100,
  list: 500,
  text: 8_000,
  value: 1_000,
  hops: 3,
} as const

export const isRelative = (value: unknown): value is RelativeDate =>
  typeof value === 'object' && value !== null && 'base' in value
export const isMe = (value: unknown): value is Me =>
  typeof value === 'object' && value !== null && 'me' in value

/** Depth and number of conditions, counted without recursion: a hostile tree must not exhaust the stack. */
export function measureFilter(filter: unknown): { depth: number; conditions: number } {
  let depth = 0
  let conditions = 0
  const open: { node: unknown; level: number }[] = [{ node: filter, level: 1 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, level } = next
    depth = Math.max(depth, level)
    if (depth > filterLimits.depth || conditions > filterLimits.conditions) break
    if (typeof node !== 'object' || node === null) continue
    const group = node as { and?: unknown; or?: unknown; not?: unknown }
    const children = group.and ?? group.or
    if (Array.isArray(children)) for (const child of children) open.push({ node: child, level: level + 1 })
    else if (group.not !== undefined) open.push({ node: group.not, level: level + 1 })
    else conditions += 1
  }
  return { depth, conditions }
}

export function limitProblem(filter: unknown): Said | undefined {
  const { depth, conditions } = measureFilter(filter)
  if (depth > filterLimits.depth) return says.too_deep({ most: filterLimits.depth })
  if (conditions > filterLimits.conditions) return says.too_many_conditions({ most: filterLimits.conditions })
  return undefined
}

const plainText = z
  .string()
  .max(filterLimits.value)
  .refine(value => !value.includes('\u0000'), contractText(coreSays.broken_text()))
const scalarSchema = z.union([
  plainText,
  z.number(),
  z.boolean(),
  z.strictObject({ me: z.literal(true) }),
  z.strictObject({
    base: z.enum(dateBases),
    shift: z.number().int().min(-100_000).max(100_000).optional(),
    unit: z.enum(dateUnits).optional(),
  }),
])
const conditionSchema = z.strictObject({
  field: z.string().min(1).max(200),
  op: z.enum(operators),
  value: z.union([scalarSchema, z.array(scalarSchema).min(1).max(filterLimits.list)]).optional(),
})
const nodeSchema: z.ZodType<Filter> = z.lazy(() =>
  z.union([
    z.strictObject({ and: z.array(nodeSchema).min(1) }),
    z.strictObject({ or: z.array(nodeSchema).min(1) }),
    z.strictObject({ not: nodeSchema }),
    conditionSchema,
  ]),
)

/** A filter tree as it is stored and sent. Its fields are checked against the catalogue by `checkFilter`. */
export const filterSchema = z
  .unknown()
  .superRefine((value, issues) => {
    const problem = limitProblem(value)
    if (problem) issues.addIssue({ code: 'custom', message: contractText(problem) })
  })
  .pipe(nodeSchema)

/** Groups of one lose their group: the form that `parseFilter` gives back. */
export function canonicalFilter(filter: Filter): Filter {
  if ('and' in filter) {
    const parts = filter.and.map(canonicalFilter)
    return parts.length === 1 && parts[0] ? parts[0] : { and: parts }
  }
  if ('or' in filter) {
    const parts = filter.or.map(canonicalFilter)
    return parts.length === 1 && parts[0] ? parts[0] : { or: parts }
  }
  if ('not' in filter) return { not: canonicalFilter(filter.not) }
  return filter
}
