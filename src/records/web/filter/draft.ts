import { isSaid } from '../../../core/text-sentence.ts'
import { type Catalogue, operatorsOf, resolvePath } from '../../catalogue.contract.ts'
import {
  type Condition,
  type Filter,
  limitProblem,
  type Operator,
  type Scalar,
} from '../../filter.contract.ts'
import type { FieldType } from '../../kind.contract.ts'

// A filter while it is being put together: conditions may still lack a field or a value.

export interface DraftCondition {
  id: string
  field: string
  op: Operator
  negated: boolean
  value: Scalar | Scalar[] | undefined
}
export interface DraftGroup {
  id: string
  all: boolean
  negated: boolean
  parts: DraftPart[]
}
export type DraftPart = DraftCondition | DraftGroup
export const isGroup = (part: DraftPart): part is DraftGroup => 'parts' in part

const newId = (): string => crypto.randomUUID()

export const emptyCondition = (): DraftCondition => ({
  id: newId(),
  field: '',
  op: 'eq',
  negated: false,
  value: undefined,
})
export const emptyGroup = (all = true): DraftGroup => ({
  id: newId(),
  all,
  negated: false,
  parts: [emptyCondition()],
})

function partOf(filter: Filter, negated = false): DraftPart {
  if ('not' in filter) return partOf(filter.not, !negated)
  if ('and' in filter || 'or' in filter) {
    const children = 'and' in filter ? filter.and : filter.or
    return { id: newId(), all: 'and' in filter, negated, parts: children.map(child => partOf(child)) }
  }
  const { field, op, value } = filter
  return { id: newId(), field, op, negated, value }
}

export function draftOf(filter: Filter | undefined): DraftGroup {
  if (!filter) return { ...emptyGroup(), parts: [] }
  const part = partOf(filter)
  return isGroup(part) && !part.negated ? part : { ...emptyGroup(), parts: [part] }
}

const needsNoValue = (op: Operator) => op === 'empty' || op === 'not_empty'
const isGiven = (value: Scalar | undefined) => value !== undefined && value !== ''

function isComplete({ field, op, value }: DraftCondition): boolean {
  if (field === '') return false
  if (needsNoValue(op)) return true
  if (op === 'between') return Array.isArray(value) && value.length === 2 && value.every(isGiven)
  if (Array.isArray(value)) return value.length > 0 && value.every(isGiven)
  return isGiven(value)
}

const negate = (filter: Filter, negated: boolean): Filter => (negated ? { not: filter } : filter)

function filterOfPart(part: DraftPart): Filter | undefined {
  if (!isGroup(part)) {
    if (!isComplete(part)) return undefined
    const { field, op, value, negated } = part
    const condition: Condition = needsNoValue(op) ? { field, op } : { field, op, value }
    return negate(condition, negated)
  }
  const parts = part.parts.map(filterOfPart).filter(one => one !== undefined)
  const [first] = parts
  if (!first) return undefined
  const whole = parts.length === 1 ? first : part.all ? { and: parts } : { or: parts }
  return negate(whole, part.negated)
}

/** What is complete so far; nothing when that is nothing. */
export function filterOf(group: DraftGroup): Filter | undefined {
  const filter = filterOfPart(group)
  return filter && limitProblem(filter) === undefined ? filter : undefined
}

export function countConditions(group: DraftGroup): number {
  return group.parts.reduce((sum, part) => sum + (isGroup(part) ? countConditions(part) : 1), 0)
}

/** An operator as it is offered: some also turned round. */
export interface Choice {
  key: string
  op: Operator
  negated: boolean
}

const turnable: ReadonlySet<Operator> = new Set<Operator>(['contains', 'starts_with', 'in'])

export const choiceKey = (op: Operator, negated: boolean): string => (negated ? `not_${op}` : op)

export function choicesFor(type: FieldType): Choice[] {
  return operatorsOf[type].flatMap(op => {
    const plain = { key: choiceKey(op, false), op, negated: false }
    return turnable.has(op) ? [plain, { key: choiceKey(op, true), op, negated: true }] : [plain]
  })
}

/** The condition with another field: the operator stays if the new field takes it. */
export function withField(
  catalogue: Catalogue,
  kind: string,
  condition: DraftCondition,
  field: string,
): DraftCondition {
  const resolved = resolvePath(catalogue, kind, field)
  if (isSaid(resolved)) return { ...condition, field, value: undefined }
  const takes = operatorsOf[resolved.field.type]
  const usual: Operator = takes.includes('contains') ? 'contains' : takes.includes('eq') ? 'eq' : 'empty'
  const isText = resolved.field.type === 'text' || resolved.field.type === 'long_text'
  const op =
    condition.field !== '' && takes.includes(condition.op) ? condition.op : isText ? 'contains' : usual
  return { ...condition, field, op: takes.includes(op) ? op : usual, value: undefined }
}

/** The condition with another operator; the value goes when it no longer has the shape. */
export function withChoice(condition: DraftCondition, { op, negated }: Choice): DraftCondition {
  const shape = (one: Operator) =>
    one === 'in' || one === 'between' ? one : needsNoValue(one) ? 'none' : 'one'
  return {
    ...condition,
    op,
    negated,
    value: shape(op) === shape(condition.op) ? condition.value : undefined,
  }
}
