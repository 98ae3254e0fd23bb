import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalFilter, type Filter, filterSchema, type Scalar } from './filter.contract.ts'
import { FilterSyntaxError } from './filter-lexer.contract.ts'
import { parseFilter } from './filter-parse.contract.ts'
import { printFilter } from './filter-print.contract.ts'

const refusal = (text: string) => {
  try {
    parseFilter(text)
  } catch (error) {
    if (error instanceof FilterSyntaxError) return error
    throw error
  }
  throw new Error(`"${text}" was read`)
}

const field = fc.constantFrom('name', 'email', 'company.employees', 'custom.tier', 'company.custom.not')
const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  fc.string({ maxLength: 30, unit: 'binary' }).filter(text => !text.includes('\u0000')),
  fc.constantFrom('2026-01-31', '2026-01-31T10:00Z', 'and', 'today', '-', '"', '\\', 'a\nb'),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0),
  fc.boolean(),
  fc.constant({ me: true } as const),
  fc.record({ base: fc.constantFrom('now', 'today', 'week', 'month', 'quarter', 'year') } as const),
  fc.record({
    base: fc.constantFrom('now', 'today', 'quarter'),
    shift: fc.integer({ min: -99_999, max: 99_999 }),
    unit: fc.constantFrom('minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'),
  } as const),
)
const condition = fc.oneof(
  fc.record({
    field,
    op: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'contains', 'starts_with'),
    value: scalar,
  } as const),
  fc.record({ field, op: fc.constantFrom('empty', 'not_empty') } as const),
  fc.record({
    field,
    op: fc.constant('in'),
    value: fc.array(scalar, { minLength: 1, maxLength: 4 }),
  } as const),
  fc.record({ field, op: fc.constant('between'), value: fc.tuple(scalar, scalar) } as const),
)
const tree = fc.letrec<{ node: Filter }>(tie => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    condition as fc.Arbitrary<Filter>,
    fc.record({ and: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
})).node

const noMinusZero = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('the text form of a filter', () => {
  it('reads what people type', () => {
    const text =
      'name contains "ann" and (country in ("DE","AT") or company.employees >= 200) and not email is empty'
    expect(parseFilter(text)).toEqual({
      and: [
        { field: 'name', op: 'contains', value: 'ann' },
        {
          or: [
            { field: 'country', op: 'in', value: ['DE', 'AT'] },
            { field: 'company.employees', op: 'gte', value: 200 },
          ],
        },
        { not: { field: 'email', op: 'empty' } },
      ],
    })
    expect(printFilter(parseFilter(text))).toBe(text.replace('"DE","AT"', '"DE", "AT"'))
  })

  it('binds "not" before "and" and "and" before "or", whatever the case of the words', () => {
    expect(parseFilter('NOT a = 1 And b = 2 OR c = 3')).toEqual({
      or: [
        { and: [{ not: { field: 'a', op: 'eq', value: 1 } }, { field: 'b', op: 'eq', value: 2 }] },
        { field: 'c', op: 'eq', value: 3 },
      ],
    })
  })

  it('reads relative dates, bare words, "not in" and "between"', () => {
    expect(parseFilter('created_at >= today - 30 days')).toEqual({
      field: 'created_at',
      op: 'gte',
      value: { base: 'today', shift: -30, unit: 'day' },
    })
    expect(parseFilter('created_at < today -1 month')).toMatchObject({ value: { shift: -1, unit: 'month' } })
    expect(parseFilter('created_at > start of month')).toMatchObject({ value: { base: 'month' } })
    expect(parseFilter('status not in (open, won)')).toEqual({
      not: { field: 'status', op: 'in', value: ['open', 'won'] },
    })
    expect(parseFilter('created_at between 2026-01-01 and 2026-02-01 and owner_id = me')).toEqual({
      and: [
        { field: 'created_at', op: 'between', value: ['2026-01-01', '2026-02-01'] },
        { field: 'owner_id', op: 'eq', value: { me: true } },
      ],
    })
  })

  it('gives the same tree back after printing', () => {
    fc.assert(
      fc.property(tree, filter => {
        expect(noMinusZero(parseFilter(printFilter(filter)))).toEqual(noMinusZero(canonicalFilter(filter)))
      }),
      { numRuns: 500 },
    )
  })

  it('refuses nonsense with a position and never with another error', () => {
    const bits = fc.array(
      fc.oneof(
        fc.constantFrom(
          'and',
          'or',
          'not',
          '(',
          ')',
          'in',
          '=',
          '"a"',
          'name',
          '1',
          ',',
          'is',
          'empty',
          'today',
          '-',
          '\\',
          '"',
        ),
        fc.string({ maxLength: 4 }),
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(bits, parts => {
        const text = parts.join(' ')
        try {
          parseFilter(text)
        } catch (error) {
          expect(error).toBeInstanceOf(FilterSyntaxError)
          expect((error as FilterSyntaxError).position).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('an unreadable filter', () => {
  it.each([
    ['name ~ "x"', 5, 'a field, a value or an operator'],
    ['name', 4, 'an operator'],
    ['name = ', 7, 'a value'],
    ['name = "ann', 7, 'a closing quote'],
    ['(name = "a"', 11, 'a closing bracket'],
    ['name = "a" country = "DE"', 11, '"and", "or" or the end'],
    ['country in ()', 12, 'a value'],
    ['country in "DE"', 11, 'an opening bracket'],
    ['created_at > today - days', 21, 'a whole number'],
    ['created_at > today - 3 fortnights', 23, '"minutes"'],
    ['email is nothing', 9, '"empty" or "not empty"'],
    ['', 0, 'a field'],
    ['and', 0, 'a field'],
  ])('%s: says where and what was expected', (text, position, expected) => {
    const error = refusal(text)
    expect(error.position).toBe(position)
    expect(error.message).toContain(expected)
    expect(error.message).toContain(`At character ${position + 1}`)
  })

  it('is refused when it is too deep, too long or too wide', () => {
    expect(refusal(`${'('.repeat(5000)}name = 1`).message).toContain('nested')
    expect(refusal(`${'not '.repeat(1500)}a = 1`).message).toContain('nested')
    expect(refusal('a'.repeat(9000)).message).toContain('8,000 characters')
    expect(refusal(Array.from({ length: 101 }, () => 'a = 1').join(' or ')).message).toContain(
      '100 conditions',
    )
    const list = Array.from({ length: 501 }, () => '1').join(',')
    expect(refusal(`a in (${list})`).message).toContain('at most 500 values')
  })
})

describe('a filter tree from outside', () => {
  it('is refused when it is too deep, before anything descends into it', () => {
    let deep: unknown = { field: 'a', op: 'empty' }
    for (let level = 0; level < 20_000; level += 1) deep = { not: deep }
    expect(filterSchema.safeParse(deep).success).toBe(false)
  })

  it('holds no unknown keys, operators or empty groups', () => {
    expect(filterSchema.safeParse({ and: [] }).success).toBe(false)
    expect(filterSchema.safeParse({ field: 'a', op: 'raw', value: 1 }).success).toBe(false)
    expect(filterSchema.safeParse({ field: 'a', op: 'eq', value: 1, sql: 'x' }).success).toBe(false)
    expect(filterSchema.safeParse({ field: 'a', op: 'eq', value: 'a\u0000' }).success).toBe(false)
    expect(filterSchema.safeParse({ field: 'a', op: 'eq', value: 1 }).success).toBe(true)
  })
})
