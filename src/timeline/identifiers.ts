import type { InteractionIdentifier } from './timeline.contract.ts'

/** An interaction is filed under the most telling identifier that was seen; the others are kept beside it. */
const order: InteractionIdentifier['type'][] = [
  'person',
  'company',
  'user_id',
  'email',
  'phone',
  'external_id',
  'anonymous_id',
  'group_id',
]

export const sortIdentifiers = (identifiers: InteractionIdentifier[]): InteractionIdentifier[] =>
  identifiers.toSorted((a, b) => order.indexOf(a.type) - order.indexOf(b.type))
