import { z } from 'zod'
import { id, instant, text } from '../core/text.ts'
import { contractText } from '../core/text-words.ts'
import type { FieldOption, FieldType } from './kind.contract.ts'
import { says } from './says.contract.ts'

// What a value of each type of field looks like when it is written.

export interface ValueField {
  readonly key: string
  readonly type: FieldType
  readonly options?: readonly FieldOption[] | undefined
  readonly max_length?: number | undefined
  readonly whole?: boolean | undefined
}

const optionOf = (field: ValueField) => {
  const open = (field.options ?? []).filter(option => !option.archived).map(option => option.id)
  const [first, ...others] = open
  return first === undefined ? z.never() : z.enum([first, ...others])
}

/** Links are shown to be clicked: only what a browser opens harmlessly. */
const link = (max: number) =>
  text(max).refine(value => /^https?:\/\/[^\s/]+\.?[^\s]*$/i.test(value), contractText(says.not_link()))

/** A day between the years 1000 and 9998, what filters and databases agree on. */
const day = () =>
  z.iso.date().refine(value => value >= '1000' && value < '9999', contractText(says.year_range()))
const moment = () =>
  instant().refine(value => value >= '1000' && value < '9999', contractText(says.year_range()))

const schemas: Readonly<Record<FieldType, (field: ValueField) => z.ZodType>> = {
  text: field => text(field.max_length ?? 400),
  long_text: field => text(field.max_length ?? 20_000),
  number: field => (field.whole ? z.int() : z.number()),
  money: () => z.int(),
  boolean: () => z.boolean(),
  date: day,
  date_time: moment,
  option: optionOf,
  options: field => z.array(optionOf(field)).max(100),
  email: () =>
    text(254).refine(
      value => value === '' || /^[^\s@]+@[^\s@]+$/.test(value),
      contractText(says.not_email()),
    ),
  phone: () => text(60).refine(value => value === '' || /\d/.test(value), contractText(says.no_digits())),
  url: field => z.union([z.literal(''), link(field.max_length ?? 2_000)]),
  country: () => z.string().regex(/^[A-Z]{2}$/, contractText(says.not_country())),
  member: id,
  relation: id,
}

export const valueSchema = (field: ValueField): z.ZodType => schemas[field.type](field)

/** What the API answers with: no rules, values are as they were stored. */
export function replySchema(field: ValueField): z.ZodType {
  if (field.type === 'number') return z.number()
  if (field.type === 'money') return z.number().int()
  if (field.type === 'boolean') return z.boolean()
  if (field.type === 'options') return z.array(z.string())
  return z.string()
}
