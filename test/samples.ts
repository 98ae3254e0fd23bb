import { z } from 'zod'

// A value that a contract accepts, made from the contract itself.

export interface Schema {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: unknown
  minItems?: number
  minLength?: number
  minimum?: number
  format?: string
  default?: unknown
}

/** What a schema cannot say of itself, by the name of the property. */
const byName: Record<string, unknown> = {
  country: 'DE',
  currency: 'EUR',
  time_zone: 'Europe/Berlin',
  locale: 'en',
  role: 'viewer',
  email: 'sample@example.com',
  password: 'nine copper kettles sing at dusk',
  new_password: 'nine copper kettles sing at dusk',
  kind: 'person',
}

let counter = 0

function stringFor(schema: Schema): string {
  if (schema.format === 'uuid') return '00000000-0000-7000-8000-000000000000'
  if (schema.format === 'date-time') return '2026-03-02T09:00:00.000Z'
  if (schema.format === 'date') return '2026-03-02'
  if (schema.format === 'email') return `sample${counter++}@example.com`
  return `sample_${counter++}`.padEnd(schema.minLength ?? 0, 'x')
}

export function valueFor(schema: Schema, name: string): unknown {
  if ('const' in schema) return schema.const
  const known = byName[name]
  if (known !== undefined && (!schema.enum || schema.enum.includes(known))) return known
  if (schema.enum) return schema.enum[0]
  const choice = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (choice?.[0]) return valueFor(choice[0], name)
  if (schema.type === 'object' || schema.properties) return objectFor(schema)
  if (schema.type === 'array')
    return Array.from({ length: schema.minItems ?? 0 }, () => valueFor(schema.items ?? {}, name))
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1
  if (schema.type === 'boolean') return true
  return schema.type === 'null' ? null : stringFor(schema)
}

function objectFor(schema: Schema): Record<string, unknown> {
  const properties = Object.entries(schema.properties ?? {})
  const needed = properties.filter(([name]) => schema.required?.includes(name))
  // A patch in which everything is optional changes one thing rather than nothing.
  const chosen = needed.length > 0 ? needed : properties.slice(0, 1)
  return Object.fromEntries(chosen.map(([name, property]) => [name, valueFor(property, name)]))
}

export function schemaOf(type: z.ZodType): Schema {
  return z.toJSONSchema(type, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Schema
}

/** Undefined for a contract that takes nothing. */
export function sampleOf(type: z.ZodType): unknown {
  if (type instanceof z.ZodUndefined) return undefined
  const schema = schemaOf(type)
  const made = valueFor(schema, '')
  return schema.required === undefined && type.safeParse({}).success && isQuery(schema) ? {} : made
}

// Of a query nothing is needed, and what may be given (a cursor, a filter) has a form of its own.
const isQuery = (schema: Schema) =>
  'limit' in (schema.properties ?? {}) || 'after' in (schema.properties ?? {})
