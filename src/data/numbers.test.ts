import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { detectDecimal, multiply, parseNumber, toMinor } from './numbers.ts'

test.each([
  ['1.234,56 €', ',', '1234.56', 'EUR'],
  ['€ 1.234,56', ',', '1234.56', 'EUR'],
  ['$1,234.56', '.', '1234.56', 'USD'],
  ['(12.50)', '.', '-12.50', undefined],
  ['-£3', '.', '-3', 'GBP'],
  ['£-3', '.', '-3', 'GBP'],
  ['1 234,5', ',', '1234.5', undefined],
  ["1'234.5", '.', '1234.5', undefined],
  ['12-', '.', '-12', undefined],
  ['CHF 12.00', '.', '12.00', 'CHF'],
  ['6,000,000', '.', '6000000', undefined],
  ['12,34,567', '.', '1234567', undefined],
  ['.5', '.', '0.5', undefined],
  ['-0', '.', '0', undefined],
  ['17850.0', '.', '17850.0', undefined],
] as const)('%s with decimal %s is %s', (text, decimal, number, currency) => {
  expect(parseNumber(text, decimal)).toEqual({ number, ...(currency ? { currency } : {}) })
})

test.each(['abc', '1.2.3', '12,3,4', '', '--5', '1,23.4', 'N/A', '10 people'])('%s is no number', text => {
  expect(parseNumber(text, '.')).toBeUndefined()
})

test('the decimal mark is decided by the whole column', () => {
  expect(detectDecimal(['1,5', '2.000,25'])).toEqual({ decimal: ',', certain: true })
  expect(detectDecimal(['2,666', '498'])).toEqual({ decimal: '.', certain: false })
  expect(detectDecimal(['1.50', '2,000.25'])).toEqual({ decimal: '.', certain: true })
  expect(detectDecimal(['1', '2'])).toEqual({ decimal: '.', certain: true })
  expect(detectDecimal(['1.50', '2.75', '3,5'])).toEqual({ decimal: '.', certain: false })
})

test('money is exact: quantity times price, halves away from zero, digits of the currency', () => {
  expect(multiply('-12', '1.65')).toBe('-19.80')
  expect(multiply('3', '0.005')).toBe('0.015')
  expect(toMinor('19.80', 'GBP')).toBe(1980n)
  expect(toMinor('0.125', 'EUR')).toBe(13n)
  expect(toMinor('-0.125', 'EUR')).toBe(-13n)
  expect(toMinor('1200', 'JPY')).toBe(1200n)
  expect(toMinor('99999999999999999', 'EUR')).toBeUndefined()
})

test('whatever way an amount is written, reading it gives the amount back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.constantFrom('en-US', 'de-DE', 'de-CH', 'fr-FR', 'en-IN'),
      (minor, locale) => {
        const text = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' }).format(minor / 100)
        const decimal = locale === 'de-DE' || locale === 'fr-FR' ? ',' : '.'
        const parsed = parseNumber(text, decimal)
        expect(parsed && toMinor(parsed.number, 'EUR')).toBe(BigInt(minor))
      },
    ),
  )
})
