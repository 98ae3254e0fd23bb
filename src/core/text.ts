import { z } from 'zod'

/** Every string that comes from outside: PostgreSQL stores no NUL, and nothing is unlimited. Lone surrogates cannot be encoded. */
export const text = (max = 200, min = 0) =>
  z
    .string()
    .min(min)
    .max(max)
    .refine(
      value => !value.includes('\u0000') && value.isWellFormed(),
      'must not contain NUL characters or broken Unicode',
    )

export const id = () =>
  z
    .string()
    .regex(/^[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}$/, 'must be a UUID')
    .transform(value => value.toLowerCase())
    .meta({ format: 'uuid' })

/** An instant as the API writes it; handlers may return a Date, the reply carries ISO 8601 in UTC. */
export const instant = () => z.iso.datetime({ offset: true })
export const day = () => z.iso.date()

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() })
