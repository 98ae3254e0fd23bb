import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, page, text } from '../core/text.ts'

// What a member opened last, to get back to it.

export const mostRecent = 20

const usual = { tag: 'Recently viewed', auth: 'session', permission: 'records.read' } as const

export const listRecent = endpoint({
  ...usual,
  id: 'recent.list',
  method: 'GET',
  path: '/api/recent',
  summary: 'The records you opened last that you may still see, newest first',
  ok: page(z.object({ kind: z.string(), id: z.string(), title: z.string(), viewed_at: z.string() })),
})
export const noteRecent = endpoint({
  ...usual,
  id: 'recent.note',
  method: 'POST',
  path: '/api/recent',
  summary: 'Note that you opened a record',
  body: z.strictObject({ kind: text(50, 1), id: id() }),
  ok: z.object({ kind: z.string(), id: z.string() }),
})
export const forgetRecent = endpoint({
  ...usual,
  id: 'recent.forget',
  method: 'DELETE',
  path: '/api/recent',
  summary: 'Forget what you opened',
  ok: z.object({ forgotten: z.number().int() }),
})
