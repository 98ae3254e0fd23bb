import type { Decimal } from './import-formats.contract.ts'

const currencySigns = new Map([
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['¥', 'JPY'],
  ['₹', 'INR'],
  ['₽', 'RUB'],
  ['₺', 'TRY'],
  ['₴', 'UAH'],
  ['zł', 'PLN'],
  ['$', 'USD'],
])

const plain = /^\d+(\.\d+)?$|^\.\d+$/
const amountText =
  /^(?:(\p{Sc}|zł|[A-Z]{3})\s*)?([-+]?)\s*(?:(\p{Sc}|zł)\s*)?([\d.,'’\s]*\d[.,]?)\s*(?:(\p{Sc}|zł|[A-Z]{3}|%))?\s*(-?)$/u

/** Reads a number as people write it: "1.234,56 €", "(12)", "-£3", "1 234.5". Returns plain decimal text. */
export function parseNumber(
  raw: string,
  decimal: Decimal,
): { number: string; currency?: string } | undefined {
  let text = raw
    .trim()
    .replace(/[\u00a0\u202f\u2009]/g, ' ')
    .replace('−', '-')
  let negative = false
  if (text.startsWith('(') && text.endsWith(')')) {
    negative = true
    text = text.slice(1, -1).trim()
  }
  const found = amountText.exec(text)
  if (!found) return /^[-+]?\d+(\.\d+)?e[-+]?\d+$/i.test(text) ? fromExponent(text, negative) : undefined
  const [, before, sign, between, digits = '', after, trailing] = found
  const number = plainDigits(digits, decimal)
  if (number === undefined) return undefined
  if (sign === '-' || trailing === '-') negative = !negative
  const mark = [before, between, after].find(part => part && part !== '%')
  const currency = mark && (currencySigns.get(mark) ?? (/^[A-Z]{3}$/.test(mark) ? mark : undefined))
  return {
    number: negative && /[1-9]/.test(number) ? `-${number}` : number,
    ...(currency ? { currency } : {}),
  }
}

function fromExponent(text: string, negative: boolean) {
  const value = Number(text) * (negative ? -1 : 1)
  return Number.isFinite(value) && Math.abs(value) < 1e15
    ? { number: value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 10 }) }
    : undefined
}

function plainDigits(digits: string, decimal: Decimal): string | undefined {
  const [group, point] = decimal === ',' ? ['.', ','] : [',', '.']
  const [whole = '', fraction, ...more] = digits.trim().split(point)
  if (more.length) return undefined
  const groups = whole.split(new RegExp(`[\\${group}'’ ]`))
  // thousands come in threes (in India in twos before the last): anything else is not a thousands mark
  if (
    groups.length > 1 &&
    !(
      /^\d{1,3}$/.test(groups[0] ?? '') &&
      groups.slice(1, -1).every(part => /^\d{2,3}$/.test(part)) &&
      /^\d{3}$/.test(groups.at(-1) ?? '')
    )
  )
    return undefined
  const number = groups.join('') + (fraction ? `.${fraction}` : '')
  if (!plain.test(number) || number.length > 30) return undefined
  return (number.startsWith('.') ? `0${number}` : number).replace(/^0+(?=\d)/, '')
}

/** The decimal mark of one value, where it shows: the last of two kinds, or one that is not before three digits. */
function decimalMark(value: string): Decimal | undefined {
  const lastComma = value.lastIndexOf(',')
  const lastPoint = value.lastIndexOf('.')
  if (lastComma >= 0 && lastPoint >= 0) return lastComma > lastPoint ? ',' : '.'
  if (lastComma >= 0) return threes(value, ',') ? undefined : ','
  if (lastPoint >= 0) return threes(value, '.') ? undefined : '.'
  return undefined
}

/** Decides between decimal point and comma by all values of a column. */
export function detectDecimal(values: string[]): { decimal: Decimal; certain: boolean } {
  let comma = 0
  let point = 0
  for (const value of values) {
    const mark = decimalMark(value)
    if (mark === ',') comma++
    if (mark === '.') point++
  }
  if (comma !== point) return { decimal: comma > point ? ',' : '.', certain: comma === 0 || point === 0 }
  // Only marks before three digits ("2,666"): they separate thousands, so the other mark is the decimal one.
  if (values.some(value => value.includes(',')) && !values.some(value => value.includes('.')))
    return { decimal: '.', certain: false }
  if (values.some(value => /\.\d{3}\.\d{3}/.test(value))) return { decimal: ',', certain: true }
  return { decimal: '.', certain: !values.some(value => value.includes('.')) }
}

const threes = (value: string, mark: string): boolean =>
  value
    .replace(/[^\d.,]/g, '')
    .split(mark)
    .slice(1)
    .every(part => part.length === 3)

interface Scaled {
  units: bigint
  scale: number
}
const scaled = (number: string): Scaled => {
  const [whole = '0', fraction = ''] = number.split('.')
  return { units: BigInt(whole + fraction), scale: fraction.length }
}

export function multiply(left: string, right: string): string {
  const [a, b] = [scaled(left), scaled(right)]
  const scale = a.scale + b.scale
  const units = a.units * b.units
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  const number = scale ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits
  return units < 0n ? `-${number}` : number
}

const digitsOf = new Map<string, number>()
export function currencyDigits(currency: string): number {
  const known = digitsOf.get(currency)
  if (known !== undefined) return known
  const found =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  digitsOf.set(currency, found)
  return found
}

/** Decimal text to the smallest unit of its currency, halves away from zero. Undefined when it does not fit. */
export function toMinor(number: string, currency: string): bigint | undefined {
  const { units, scale } = scaled(number)
  const shift = currencyDigits(currency) - scale
  if (shift >= 0) return within(units * 10n ** BigInt(shift))
  const divisor = 10n ** BigInt(-shift)
  const half = units < 0n ? -divisor / 2n : divisor / 2n
  return within((units + half) / divisor)
}

const within = (minor: bigint): bigint | undefined =>
  minor > 9_007_199_254_740_991n || minor < -9_007_199_254_740_991n ? undefined : minor
