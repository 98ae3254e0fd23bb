import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { text } from '../core/text.ts'

export const live = endpoint({
  id: 'live.follow',
  method: 'GET',
  path: '/api/live',
  summary: 'Which records have changed, as it happens',
  description:
    'Server-sent events. The stream ends after some minutes: connect again with `Last-Event-ID` and nothing is missed. The data of each event is `{topic, kind, ids}` as JSON: ask for those records again. Without ids any of the kind may have changed, and kind `*` means any at all. For interactions `from` and `until` say when those that were added happened.',
  tag: 'Live',
  permission: 'records.read',
  query: z.strictObject({
    after: text(200).optional().meta({ description: 'Id of the last event, where no header can be set' }),
  }),
  ok: z.string(),
  download: 'text/event-stream',
})
