import { describe, expect, it } from 'vitest'
import { fillParameters } from './clickhouse-parameters.ts'

const fill = (sql: string, values: Record<string, string>) =>
  fillParameters(sql, new Map(Object.entries(values)))

describe('parameters of a statement', () => {
  it('a value becomes a cast of a quoted text', () => {
    expect(fill('select {n:UInt64}', { n: '5' })).toBe("select _CAST('5', 'UInt64')")
  })

  it('a value cannot leave its quotes', () => {
    expect(fill('select {s:String}', { s: "a' or 1=1 --\\\\'" })).toBe(
      "select _CAST('a\\' or 1=1 --\\\\\\'', 'String')",
    )
  })

  it('braces in quoted text, quoted names and comments are no parameters', () => {
    const sql =
      "select '{a:String} it''s \\' {a:String}', \"{a:String}\", `{a:String}` -- {a:String}\n/* {a:String} */"
    expect(fill(sql, { a: 'x' })).toBe(sql)
  })

  it('a map literal stays as it is', () => {
    expect(fill("select {'a': 1}", {})).toBe("select {'a': 1}")
  })

  it('an identifier is quoted part by part', () => {
    expect(fill('select * from {t:Identifier}', { t: 'rapport.in`teraction' })).toBe(
      'select * from `rapport`.`in\\`teraction`',
    )
  })

  it('a null is a null of its type', () => {
    expect(fill('select {x:Nullable(String)}', { x: '\\N' })).toBe("select _CAST(NULL, 'Nullable(String)')")
  })

  it('a missing value is an error that ClickHouse also gives', () => {
    expect(() => fill('select {x:String}', {})).toThrow(/Code: 456.*UNKNOWN_QUERY_PARAMETER/)
  })
})
