import type { Endpoint } from '../src/core/endpoint.ts'
import { type Schema, schemaOf, valueFor } from './samples.ts'

// Every place of a contract where the id of a record may stand, found in the contract itself.

export interface Place {
  /** e.g. `body.items[].person_id` */
  name: string
  /** The given input with this id at the place, and nothing else changed. */
  put(input: Input, id: string): Input
}
export interface Input {
  query?: unknown
  body?: unknown
}

interface Spot {
  path: string
  property: string
  put(value: unknown, id: string): unknown
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** What is there already, as far as the contract knows it, and samples of what it demands besides. */
function baseOf({ properties = {}, required = [] }: Schema, value: unknown): Record<string, unknown> {
  const given = isObject(value) ? value : {}
  const kept = Object.keys(properties).filter(name => name in given || required.includes(name))
  return Object.fromEntries(kept.map(name => [name, given[name] ?? valueFor(properties[name] ?? {}, name)]))
}

function inObject(schema: Schema, path: string): Spot[] {
  const optional = (name: string) => !(schema.required ?? []).includes(name)
  return Object.entries(schema.properties ?? {}).flatMap(([name, of]) =>
    spotsOf(of, `${path}.${name}`, name).flatMap(spot => {
      const beside = (value: unknown, id: string) => {
        const base = baseOf(schema, value)
        return { ...base, [name]: spot.put(base[name], id) }
      }
      // Where ids exclude each other, it stands there without the others too.
      const alone = (value: unknown, id: string) =>
        Object.fromEntries(
          Object.entries(beside(value, id)).filter(
            ([key]) => key === name || !(key.endsWith('_id') && optional(key)),
          ),
        )
      const excludes = Object.keys(schema.properties ?? {}).some(
        key => key !== name && key.endsWith('_id') && optional(key),
      )
      return optional(name) && excludes
        ? [
            { ...spot, put: beside },
            { ...spot, path: `${spot.path} alone`, put: alone },
          ]
        : [{ ...spot, put: beside }]
    }),
  )
}

function inArray(items: Schema, path: string): Spot[] {
  return spotsOf(items, `${path}[]`, '').map(spot => ({
    ...spot,
    put: (value, id) => [spot.put(Array.isArray(value) ? value[0] : valueFor(items, ''), id)],
  }))
}

/** A record of any keys may hold each of those that hold an id elsewhere. */
function inRecord(path: string): Spot[] {
  return ['id', 'company_id', 'owner_id', 'person_id', 'member_id', 'workspace_id'].map(name => ({
    path: `${path}.${name}`,
    property: name,
    put: (value, id) => ({ name: 'Of this test', ...(isObject(value) ? value : {}), [name]: id }),
  }))
}

/** A reference by kind and value, such as an identifier. */
function inReference({ properties }: Schema, path: string): Spot[] {
  const kinds = (properties?.['type']?.enum ?? []).filter(kind => kind === 'person' || kind === 'company')
  if (!properties?.['value']) return []
  return kinds.map(type => ({
    path: `${path}.${type}`,
    property: 'value',
    put: (_value, id) => ({ type, value: id }),
  }))
}

function spotsOf(schema: Schema, path: string, property: string): Spot[] {
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (choices) return choices.flatMap((choice, index) => spotsOf(choice, `${path}|${index}`, property))
  if (schema.format === 'uuid' || (schema.type === 'string' && property === 'ids'))
    return [{ path, property, put: (_value, id) => id }]
  if (schema.items) return inArray(schema.items, path)
  if (schema.properties) return [...inReference(schema, path), ...inObject(schema, path)]
  const open = schema.additionalProperties
  return isObject(open) && Object.keys(open).length === 0 && path.endsWith('items[]') ? inRecord(path) : []
}

/** Ids that the caller makes up, and cursors, which are places in a list and not records. */
const ownIds = new Set(['submission_id', 'after'])

export function placesIn(endpoint: Endpoint): Place[] {
  return (['query', 'body'] as const).flatMap(part =>
    spotsOf(schemaOf(endpoint[part]), part, '')
      .filter(spot => !ownIds.has(spot.property))
      .map(spot => ({
        name: spot.path,
        put: (input: Input, id: string) => ({ ...input, [part]: spot.put(input[part], id) }),
      })),
  )
}
