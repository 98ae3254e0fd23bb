import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { sentence } from '../core/text.ts'

/** The latest events as they came in, accepted and refused: what a developer looks at while connecting a source. */
export const listEvents = endpoint({
  id: 'events.latest',
  method: 'GET',
  path: '/api/events',
  summary: 'Latest events that arrived, accepted and rejected with reasons',
  tag: 'Events',
  permission: 'events.read',
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  ok: z.object({
    accepted: z.array(
      z.object({
        id: z.string(),
        received_at: z.string(),
        occurred_at: z.string(),
        kind: z.string(),
        name: z.string().nullable(),
        channel: z.string(),
        source: z.string().nullable(),
        message_id: z.string(),
        identifiers: z.array(z.object({ type: z.string(), value: z.string() })),
        properties: z.record(z.string(), z.unknown()),
        context: z.record(z.string(), z.unknown()),
      }),
    ),
    rejected: z.array(
      z.object({
        id: z.string(),
        received_at: z.string(),
        code: z.string(),
        detail: z.string(),
        sentence: sentence().nullable(),
        message_id: z.string().nullable(),
        source: z.string().nullable(),
        sample: z.string(),
      }),
    ),
  }),
})
