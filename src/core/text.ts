import { z } from 'zod'
import { languages } from './languages.contract.ts'
import { contractText, says } from './text-words.ts'

/** Every string that comes from outside: PostgreSQL stores no NUL, and nothing is unlimited. Lone surrogates cannot be encoded. */
export const text = (max = 200, min = 0) =>
  z
    .string()
    .min(min)
    .max(max)
    .refine(value => !value.includes('\u0000') && value.isWellFormed(), contractText(says.broken_text()))

export const id = () =>
  z
    .string()
    .regex(
      /^[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}$/,
      contractText(says.not_uuid()),
    )
    .transform(value => value.toLowerCase())
    .meta({ format: 'uuid' })

/** An instant as the API writes it; handlers may return a Date, the reply carries ISO 8601 in UTC. */
export const instant = () => z.iso.datetime({ offset: true })
export const day = () => z.iso.date()

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() })

/** What a sentence is said by in other languages, beside its English text. */
export const sentence = () => z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) })

/** Of a file that the server writes whole: what its headings and reasons are written in. */
export const fileLanguage = z.strictObject({ language: z.enum(languages).default('en') })
