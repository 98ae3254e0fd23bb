import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, page, text } from '../core/text.ts'
import { contractText } from '../core/text-words.ts'
import { roles } from './rights.contract.ts'
import { says } from './says.contract.ts'

const ApiKey = z.object({
  id: id(),
  name: z.string(),
  kind: z.enum(['api', 'write']),
  role: z.enum(roles).nullable(),
  prefix: z.string(),
  created_at: instant(),
  last_used_at: instant().nullable(),
  revoked_at: instant().nullable(),
  origins: z.array(z.string()),
  events_per_minute: z.number().int().nullable(),
})

/** An origin as a browser sends it; undefined when it is none. */
function originOf(value: string): string | undefined {
  const url = URL.parse(value.trim())
  const bare = url && url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password
  return bare && /^https?:$/.test(url.protocol) ? url.origin : undefined
}

/** What limits a write key: it stands in public pages, where anybody can read it. */
export const writeKeyLimits = {
  origins: z
    .array(
      text(300)
        .overwrite(value => originOf(value) ?? value)
        .refine(value => originOf(value) === value, contractText(says.not_origin())),
    )
    .max(20)
    .default([])
    .meta({ description: 'Only pages of these origins may send with the key; none: whoever has it' }),
  events_per_minute: z
    .number()
    .int()
    .min(1)
    .max(1_000_000_000)
    .optional()
    .meta({ description: 'More are to come back later; unset: what the installation allows' }),
}

export const listKeys = endpoint({
  id: 'keys.list',
  method: 'GET',
  path: '/api/keys',
  summary: 'API keys and write keys of the workspace',
  tag: 'Keys',
  permission: 'keys.manage',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(60),
    after: id().optional(),
  }),
  ok: page(ApiKey),
})

export const createKey = endpoint({
  id: 'keys.create',
  method: 'POST',
  path: '/api/keys',
  summary: 'Make a key; it is in the reply and never shown again',
  tag: 'Keys',
  permission: 'keys.manage',
  body: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('api'), name: text(120, 1), role: z.enum(roles) }),
    z.strictObject({ kind: z.literal('write'), name: text(120, 1), ...writeKeyLimits }),
  ]),
  ok: z.object({ api_key: ApiKey, key: z.string() }),
  status: 201,
  secret: true,
})

export const revokeKey = endpoint({
  id: 'keys.revoke',
  method: 'DELETE',
  path: '/api/keys/{id}',
  summary: 'Refuse a key from now on',
  tag: 'Keys',
  permission: 'keys.manage',
  params: z.strictObject({ id: id() }),
  ok: ApiKey,
})
