import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { kept_days } from './kept-replies.ts'

type Schema = Record<string, unknown>

const schemaOf = (type: z.ZodType, io: 'input' | 'output'): Schema => {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(type, {
    io,
    unrepresentable: 'any',
    reused: 'inline',
  })
  return schema
}

const sentence: Schema = {
  type: 'object',
  description: 'The same for other languages: which sentence it is, and the values in it.',
  required: ['code', 'params'],
  properties: { code: { type: 'string' }, params: { type: 'object' } },
}

const problem: Schema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'request_id'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; decide by this, not by the texts.' },
    detail: { type: 'string', description: 'English.' },
    sentence,
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' }, sentence },
      },
    },
    request_id: { type: 'string' },
  },
}

const problemReply = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

function parameters(type: z.ZodType, place: 'path' | 'query'): Schema[] {
  const schema = schemaOf(type, 'input') as { properties?: Record<string, Schema>; required?: string[] }
  return Object.entries(schema.properties ?? {}).map(([name, { description, ...of }]) => ({
    name,
    in: place,
    required: place === 'path' || (schema.required ?? []).includes(name),
    ...(description === undefined ? {} : { description }),
    schema: of,
  }))
}

function requestBody(endpoint: Endpoint): Schema | undefined {
  if (endpoint.upload) {
    return {
      required: true,
      content: Object.fromEntries(
        endpoint.upload.types.map(type => [type, { schema: { type: 'string', format: 'binary' } }]),
      ),
    }
  }
  if (endpoint.body instanceof z.ZodUndefined) return undefined
  return {
    required: !endpoint.body.safeParse(undefined).success,
    content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } },
  }
}

function okReply(endpoint: Endpoint): Record<string, unknown> {
  if (endpoint.download)
    return {
      200: {
        description: endpoint.download === 'text/event-stream' ? 'The stream' : 'The file',
        content: { [endpoint.download]: { schema: { type: 'string' } } },
      },
    }
  if (endpoint.ok instanceof z.ZodVoid || endpoint.ok instanceof z.ZodUndefined)
    return { 204: { description: 'Done' } }
  return {
    [endpoint.status]: {
      description: 'Done',
      content: { 'application/json': { schema: schemaOf(endpoint.ok, 'output') } },
    },
  }
}

function operation(endpoint: Endpoint): Schema {
  const open = endpoint.access === 'public'
  const writes = !endpoint.readOnly && !open
  const body = requestBody(endpoint)
  return {
    operationId: endpoint.id,
    summary: endpoint.summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    tags: [endpoint.tag],
    parameters: [
      ...parameters(endpoint.params, 'path'),
      ...parameters(endpoint.query, 'query'),
      ...(writes ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      ...okReply(endpoint),
      400: problemReply('The request is not valid'),
      ...(open
        ? {}
        : {
            401: problemReply('No session and no API key'),
            403: problemReply('The role does not allow this'),
          }),
      ...(endpoint.path.includes('{')
        ? { 404: problemReply('Not found, or not to be seen with these rights') }
        : {}),
      429: problemReply('Too many requests; Retry-After says when to come back'),
      503: problemReply('Not available at the moment'),
    },
    security: open ? [] : endpoint.access === 'session' ? [{ session: [] }] : [{ key: [] }, { session: [] }],
    'x-permission': endpoint.permission ?? 'none',
  }
}

type Named = Record<string, unknown>

/** A name for a shared schema; what goes in and what comes out may differ under one name. */
function place(name: string, schema: unknown, shared: Named, seen: Named): string {
  const text = JSON.stringify(schema)
  const free = [name, `${name}_input`, `${name}_other`].find(one => (seen[one] ?? text) === text) ?? name
  seen[free] = text
  shared[free] ??= {}
  return free
}

/** Schemas with an id come with definitions of their own; in this document they are components. */
function hoisted(node: unknown, shared: Named, seen: Named, names: Record<string, string> = {}): unknown {
  if (Array.isArray(node)) return node.map(item => hoisted(item, shared, seen, names))
  if (node === null || typeof node !== 'object') return node
  const { $defs, ...rest } = node as { $defs?: Named }
  const known = { ...names }
  const own = Object.entries($defs ?? {})
  for (const [name, schema] of own) known[name] = place(name, schema, shared, seen)
  for (const [name, schema] of own) shared[known[name] ?? name] = hoisted(schema, shared, seen, known)
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => {
      const name = key === '$ref' && typeof value === 'string' && /^#\/\$defs\/(.+)$/.exec(value)?.[1]
      return [key, name ? `#/components/schemas/${known[name] ?? name}` : hoisted(value, shared, seen, known)]
    }),
  )
}

/** The OpenAPI 3.1 document, made from the same descriptions that the server mounts and the browser calls. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): Schema {
  const shared: Named = { Problem: problem }
  const paths: Record<string, Record<string, unknown>> = {}
  for (const endpoint of endpoints) {
    const path = (paths[endpoint.path] ??= {})
    path[endpoint.method.toLowerCase()] = operation(endpoint)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rapport',
      version,
      description:
        'People, companies, interactions, surveys and measures. Send `Authorization: Bearer <API key>`. Lists take `filter`, `sort`, `limit` and `after` and answer `{items, next}`. Errors are problem+json with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(endpoints.map(endpoint => endpoint.tag))].map(name => ({ name })),
    paths: hoisted(paths, shared, {}),
    components: {
      schemas: shared,
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          schema: { type: 'string', maxLength: 200 },
          description: `The same key with the same request gets the first answer again and has its effect once, for ${kept_days} days.`,
        },
      },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'rapport_session' },
      },
    },
  }
}
