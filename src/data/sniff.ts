import { countryCode } from '../customers/index.ts'
import { detectDateOrder, parseMoment } from './dates.ts'
import type { CellType, DateOrder, Decimal } from './import-formats.contract.ts'
import { detectDecimal, parseNumber } from './numbers.ts'

export interface Sniffed {
  type: CellType
  date_order: DateOrder | null
  date_order_certain: boolean
  decimal: Decimal
}

const yesNo = /^(true|false|yes|no|ja|nein|y|n|oui|non|vrai|faux|s[ií]|wahr|falsch|on|off|x)$/i
const isEmail = (value: string) => /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(value)
const isUrl = (value: string) => /^(https?:\/\/|www\.)\S+$/i.test(value)
const isPhone = (value: string) =>
  /^[+(]?[\d\s()./-]{6,24}\d(\s*(x|ext\.?)\s*\d{1,6})?$/i.test(value) &&
  /[\s()+/-]|^0\d{6,}|^\d{3}\.\d{3}/.test(value)
const isId = (value: string) =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value) || /^\d{4,}\.0$/.test(value)
const isMoney = (value: string) => /\p{Sc}|\b[A-Z]{3}\b/u.test(value)

const isCountry = (value: string) => value.length > 2 && countryCode(value) !== undefined

const most = (values: string[], test: (value: string) => boolean): boolean =>
  values.filter(test).length >= values.length * 0.9

/** What a column holds, by its values: nine in ten have to agree. */
export function sniff(cells: string[]): Sniffed {
  const values = cells.map(cell => cell.trim()).filter(cell => cell !== '')
  const { decimal } = detectDecimal(values)
  const plain = { date_order: null, date_order_certain: true, decimal }
  if (!values.length) return { type: 'empty', ...plain }
  if (most(values, isEmail)) return { type: 'email', ...plain }
  if (most(values, isUrl)) return { type: 'url', ...plain }
  if (most(values, isId)) return { type: 'id', ...plain }
  if (most(values, value => yesNo.test(value))) return { type: 'boolean', ...plain }
  const number = (value: string) => parseNumber(value, decimal) !== undefined
  if (!most(values, value => number(value) && !/^(19|20)\d{6}$/.test(value))) {
    const dates = detectDateOrder(values)
    const order = dates?.order ?? 'dmy'
    const moments = values.map(value => parseMoment(value, order))
    if (moments.filter(Boolean).length >= values.length * 0.9)
      return {
        type: moments.some(moment => moment?.time_ms !== undefined) ? 'date_time' : 'date',
        date_order: order,
        date_order_certain: dates?.certain ?? false,
        decimal,
      }
  }
  if (most(values, isPhone) && !most(values, value => /^\d+$/.test(value) && !value.startsWith('0')))
    return { type: 'phone', ...plain }
  if (most(values, number)) return { type: values.some(isMoney) ? 'money' : 'number', ...plain }
  return { type: most(values, isCountry) ? 'country' : 'text', ...plain }
}
