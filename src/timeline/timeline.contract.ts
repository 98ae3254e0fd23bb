import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, instant, page, sentence, text } from '../core/text.ts'
import { contractText } from '../core/text-words.ts'
import { rowsQuery, tieChange } from '../records/records.contract.ts'
import { says } from './says.contract.ts'

export const channels = [
  'web',
  'app',
  'email',
  'phone',
  'chat',
  'sms',
  'shop',
  'post',
  'social',
  'in_person',
  'partner',
  'survey',
  'api',
  'other',
] as const

export const directions = ['inbound', 'outbound'] as const

export const identifierTypes = [
  'user_id',
  'anonymous_id',
  'email',
  'phone',
  'external_id',
  'group_id',
  'person',
  'company',
] as const

export interface InteractionIdentifier {
  type: (typeof identifierTypes)[number]
  value: string
}

const token = (max: number) => text(max, 1).regex(/^[a-z0-9][a-z0-9_.-]*$/, contractText(says.lower_case()))
const currency = z.string().regex(/^[A-Z]{3}$/, contractText(says.not_currency()))
const properties = z.record(text(200), z.unknown())

/** One interaction as it comes in: who (identifiers, a person or a company), when, where, what, and what it was worth. */
export const newInteraction = z.strictObject({
  message_id: text(100, 1)
    .optional()
    .meta({ description: 'Counts once for ever; send the same id when you send again.' }),
  occurred_at: instant().optional().meta({ description: 'Now, if left out.' }),
  person_id: id().optional(),
  company_id: id().optional(),
  identifiers: z
    .array(
      z.strictObject({ type: z.enum(identifierTypes).exclude(['person', 'company']), value: text(320, 1) }),
    )
    .max(10)
    .optional(),
  channel: z.enum(channels).default('other'),
  kind: token(60).default('other'),
  name: text(255).optional(),
  source: text(120).optional(),
  direction: z.enum(directions).optional(),
  amount_minor: z.int().optional(),
  currency: currency.optional(),
  feeling: z.number().min(-1).max(1).optional(),
  score: z.number().optional(),
  ref_kind: token(60).optional(),
  ref_id: text(100).optional(),
  text: text(20_000).optional(),
  properties: properties.optional(),
})

export type NewInteractionItem = z.output<typeof newInteraction>

export const interactionOutcome = z.object({
  index: z.int(),
  status: z.enum(['created', 'unchanged', 'rejected']),
  id: z.string().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  sentence: sentence().optional(),
})
export type InteractionOutcome = z.output<typeof interactionOutcome>

export const interaction = z.object({
  id: z.string(),
  occurred_at: z.string(),
  received_at: z.string(),
  channel: z.string(),
  kind: z.string(),
  name: z.string().nullable(),
  text: z.string().nullable(),
  source: z.string().nullable(),
  direction: z.string().nullable(),
  amount_minor: z.number().nullable(),
  currency: z.string().nullable(),
  feeling: z.number().nullable(),
  score: z.number().nullable(),
  ref_kind: z.string().nullable(),
  ref_id: z.string().nullable(),
  member_id: z.string().nullable(),
  message_id: z.string().nullable(),
  properties: z.record(z.string(), z.unknown()),
})
export type Interaction = z.output<typeof interaction>

export const listedInteraction = interaction.extend({
  person_id: z.string().nullable().meta({ description: 'Whose it was then, read through merges' }),
  company_id: z.string().nullable(),
})
export type ListedInteraction = z.output<typeof listedInteraction>

export const recordInteractions = endpoint({
  id: 'interactions.create',
  method: 'POST',
  path: '/api/interactions',
  summary: 'Record one interaction or up to 1,000',
  description: 'Each item has its own outcome. An item whose `message_id` is already known is `unchanged`.',
  tag: 'Interactions',
  permission: 'events.write',
  body: z.union([newInteraction, z.strictObject({ items: z.array(newInteraction).min(1).max(1000) })]),
  ok: z.object({ outcomes: z.array(interactionOutcome) }),
  bulk: true,
})

const limit = z.coerce.number().int().min(1).max(200).default(60)

export const listInteractions = endpoint({
  id: 'interactions.list',
  method: 'GET',
  path: '/api/interactions',
  summary: 'List interactions, newest first',
  description:
    'The filter names the fields of an interaction: `channel = "shop" and amount_minor > 10000 and occurred_at >= today - 30 days`.',
  tag: 'Interactions',
  permission: 'records.read',
  query: z.strictObject({
    channel: z.enum(channels).optional(),
    kind: token(60).optional(),
    source: text(120).optional(),
    since: instant().optional(),
    until: instant().optional(),
    ...rowsQuery,
  }),
  ok: page(listedInteraction),
})

const changedField = z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })

/** What happened to the customer (an interaction), or what we changed on the record (one request's changes together). */
export const timelineItem = z.discriminatedUnion('type', [
  z.object({ type: z.literal('interaction'), at: z.string(), ...interaction.shape }),
  z.object({
    type: z.literal('change'),
    id: z.string(),
    at: z.string(),
    op: z.enum(['insert', 'update', 'delete']),
    actor: z.string().nullable(),
    actor_name: z
      .string()
      .nullable()
      .meta({ description: 'What the member, key or imported file is called' }),
    request_id: z.string().nullable(),
    fields: z.array(changedField),
    ties: z.array(tieChange).meta({ description: 'What was changed of its relations' }),
  }),
])
export type TimelineItem = z.output<typeof timelineItem>

/** The rows behind the numbers over a timeline: the customer's side alone, what has an amount, what has a feeling. */
export const timelineParts = ['interactions', 'amounts', 'feelings'] as const

const timelineQuery = z.strictObject({
  channel: z.enum(channels).optional(),
  kind: token(60).optional(),
  only: z
    .enum(timelineParts)
    .optional()
    .meta({ description: 'The interactions that the numbers of the timeline count, without our changes' }),
  text: text(200).optional(),
  limit,
  after: text(600).optional(),
})
export type TimelineQuery = z.output<typeof timelineQuery>

const timelineOf = (kind: 'people' | 'companies', summary: string, tag: string) =>
  endpoint({
    id: `${kind}.timeline`,
    method: 'GET',
    path: `/api/${kind}/{id}/timeline`,
    summary,
    description:
      'Interactions and changes of the record in one list. `channel` and `kind` narrow it; `kind=change` is our side alone.',
    tag,
    permission: 'records.read',
    params: z.strictObject({ id: id() }),
    query: timelineQuery,
    ok: page(timelineItem),
  })

export const personTimeline = timelineOf('people', "A person's timeline, newest first", 'People')
export const companyTimeline = timelineOf('companies', "A company's timeline, newest first", 'Companies')

export const timelineSummary = z.object({
  count: z.int().meta({ description: 'Interactions, counted up to 10,000.' }),
  counted_all: z.boolean(),
  first_at: z.string().nullable(),
  last_at: z.string().nullable(),
  revenue: z.array(z.object({ currency: z.string(), amount_minor: z.number() })),
  feeling: z.number().nullable().meta({ description: 'Mean of the felt interactions, −1 to 1.' }),
})
export type TimelineSummary = z.output<typeof timelineSummary>

export const personSummary = endpoint({
  id: 'people.timeline_summary',
  method: 'GET',
  path: '/api/people/{id}/timeline/summary',
  summary: "The numbers of a person's timeline",
  tag: 'People',
  permission: 'records.read',
  params: z.strictObject({ id: id() }),
  ok: timelineSummary,
})
