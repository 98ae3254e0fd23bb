import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { day } from '../core/text.ts'

export const activity = endpoint({
  id: 'activity.daily',
  method: 'GET',
  path: '/api/activity',
  summary: 'Interactions a day and channel',
  description: 'Answered by the analytics copy; `as_of` says up to when it is complete.',
  tag: 'Activity',
  permission: 'records.read',
  query: z.strictObject({
    from: day()
      .optional()
      .meta({ description: 'First day, in the zone of the workspace. 29 days before `to`, if left out.' }),
    to: day().optional().meta({ description: 'Last day. Today, if left out.' }),
    people: z.enum(['true', 'false']).default('false').meta({ description: 'Also count the people.' }),
  }),
  ok: z.object({
    as_of: z.string(),
    time_zone: z.string(),
    from: z.string(),
    to: z.string(),
    days: z.array(
      z.object({
        day: z.string(),
        channel: z.string(),
        interactions: z.number(),
        people: z.number().optional(),
      }),
    ),
  }),
})
