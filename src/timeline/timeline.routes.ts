import { type AnyRoute, on, onStream } from '../core/area.ts'
import { activity } from './activity.contract.ts'
import { askActivity } from './activity.question.ts'
import { listEvents as eventsEndpoint } from './events.contract.ts'
import { listEvents } from './events.ts'
import { listInteractions } from './interactions.ts'
import { recordInteractions } from './record.ts'
import {
  companyTimeline,
  listInteractions as listEndpoint,
  personSummary,
  personTimeline,
  recordInteractions as recordEndpoint,
} from './timeline.contract.ts'
import { readTimeline, summarise } from './timeline.ts'

export const timelineRoutes: AnyRoute[] = [
  on(recordEndpoint, async (ctx, { body }) => ({
    outcomes: await recordInteractions(ctx, 'items' in body ? body.items : [body], { fold: true }),
  })),
  on(listEndpoint, (ctx, { query }) => listInteractions(ctx, query)),
  on(personTimeline, (ctx, { params, query }) => readTimeline(ctx, 'person', { ...query, ...params })),
  on(companyTimeline, (ctx, { params, query }) => readTimeline(ctx, 'company', { ...query, ...params })),
  on(personSummary, (ctx, { params }) => summarise(ctx, params)),
  on(eventsEndpoint, (ctx, { query }) => listEvents(ctx, query)),
  // Outside a transaction: no connection is held while the analytics database thinks.
  onStream(activity, (machine, principal, { query }) => askActivity(machine, principal, query)),
]
