import { describe, expect, it } from 'vitest'
import { parseSegmentEvent, type Received } from './segment-event.ts'

const received: Received = { received_at: new Date('2026-11-22T12:00:00.000Z') }
const read = (raw: unknown, more: Partial<Received> = {}) => {
  const parsed = parseSegmentEvent(raw, { ...received, ...more })
  if ('rejection' in parsed) throw new Error(`${parsed.rejection.code}: ${parsed.rejection.detail}`)
  return parsed.event
}
const refusal = (raw: unknown, more: Partial<Received> = {}) => {
  const parsed = parseSegmentEvent(raw, { ...received, ...more })
  return 'rejection' in parsed ? parsed.rejection.code : 'accepted'
}
const track = (more: object = {}) => ({
  type: 'track',
  event: 'Clicked',
  userId: 'u1',
  messageId: 'm1',
  ...more,
})

describe('the times of an event', () => {
  it('takes out a wrong clock: receivedAt − (sentAt − originalTimestamp)', () => {
    const event = read(track({ timestamp: '2026-11-20T08:00:00Z', sentAt: '2026-11-20T08:00:10Z' }))
    expect(event.occurred_at.toISOString()).toBe('2026-11-22T11:59:50.000Z')
    expect(event.original_at?.toISOString()).toBe('2026-11-20T08:00:00.000Z')
    expect(event.sent_at?.toISOString()).toBe('2026-11-20T08:00:10.000Z')
    expect(event.received_at).toEqual(received.received_at)
  })

  it('prefers originalTimestamp, and the time of sending of the event to that of its batch', () => {
    const event = read(
      track({
        originalTimestamp: '2026-11-22T11:00:00Z',
        timestamp: '2026-11-01T00:00:00Z',
        sentAt: '2026-11-22T12:00:00Z',
      }),
      { sent_at: '2026-11-22T11:30:00Z' },
    )
    expect(event.occurred_at.toISOString()).toBe('2026-11-22T11:00:00.000Z')
    expect(
      read(track({ timestamp: '2026-11-22T11:00:00Z' }), {
        sent_at: '2026-11-22T11:00:30Z',
      }).occurred_at.toISOString(),
    ).toBe('2026-11-22T11:59:30.000Z')
  })

  it('is the time of arrival when the event names none', () => {
    expect(read(track()).occurred_at).toEqual(received.received_at)
  })

  it.each([
    ['1969-12-31T23:59:59Z', undefined],
    ['2026-11-24T12:00:00Z', undefined],
    ['not a date', undefined],
    ['+100000-01-01T00:00:00Z', '+100000-01-01T00:00:01Z'],
    ['0001-01-01T00:00:00Z', undefined],
    [{}, undefined],
  ])('refuses the absurd date %s', (timestamp, sentAt) => {
    expect(refusal(track({ timestamp, sentAt }))).toBe('absurd_date')
  })

  it('ignores an unreadable time of sending', () => {
    expect(read(track({ timestamp: '2026-11-22T11:00:00Z', sentAt: 'x' })).occurred_at.toISOString()).toBe(
      '2026-11-22T11:00:00.000Z',
    )
  })
})

describe('who an event is about', () => {
  it('files it under the most telling identifier and keeps the others', () => {
    const event = read({
      type: 'identify',
      anonymousId: 'a1',
      userId: 42,
      traits: { email: 'Bob@example.org' },
      context: {
        device: { id: 'd1', advertisingId: 7 },
        externalIds: [{ id: 'c9', type: 'crm', collection: 'users', encoding: 'none' }],
      },
    })
    expect(event.identifiers).toEqual([
      { type: 'user_id', value: '42' },
      { type: 'email', value: 'Bob@example.org' },
      { type: 'external_id', value: 'device:d1' },
      { type: 'external_id', value: 'advertising:7' },
      { type: 'external_id', value: 'crm:c9' },
      { type: 'anonymous_id', value: 'a1' },
    ])
  })

  it('reads the e-mail of context.traits, but never takes the e-mail of a group for a person', () => {
    expect(read(track({ context: { traits: { email: 'a@b.c' } } })).identifiers[1]).toEqual({
      type: 'email',
      value: 'a@b.c',
    })
    const group = read({
      type: 'group',
      groupId: 'g1',
      userId: 'u1',
      traits: { email: 'office@b.c', name: 'B' },
    })
    expect(group.identifiers).toEqual([
      { type: 'user_id', value: 'u1' },
      { type: 'group_id', value: 'g1' },
    ])
    expect(group.group_id).toBe('g1')
    expect(JSON.parse(group.properties)).toEqual({ email: 'office@b.c', name: 'B' })
  })

  it('keeps both ids of an alias', () => {
    expect(read({ type: 'alias', userId: 'new', previousId: 'old' }).identifiers).toEqual([
      { type: 'user_id', value: 'new' },
      { type: 'anonymous_id', value: 'old' },
    ])
    expect(refusal({ type: 'alias', userId: 'new' })).toBe('no_identifier')
  })

  it.each([
    [{ type: 'track', event: 'x' }, 'no_identifier'],
    [{ type: 'track', event: 'x', userId: '  ' }, 'no_identifier'],
    [{ type: 'group', userId: 'u' }, 'no_identifier'],
    [track({ userId: 'x'.repeat(101) }), 'id_too_long'],
    [track({ messageId: 'x'.repeat(101) }), 'id_too_long'],
    [track({ userId: { id: 1 } }), 'invalid_id'],
    [track({ anonymousId: true }), 'invalid_id'],
  ])('refuses %j', (raw, code) => {
    expect(refusal(raw)).toBe(code)
  })
})

describe('what an event says', () => {
  it('takes the type from the path of a single-event route', () => {
    expect(read({ event: 'Clicked', userId: 'u1' }, { type: 'track' }).kind).toBe('event')
  })

  it('puts the context of the event over that of the batch', () => {
    const event = read(track({ context: { locale: 'de' } }), { context: { locale: 'en', ip: '::1' } })
    expect(JSON.parse(event.context)).toEqual({ locale: 'de', ip: '::1' })
  })

  it('gives an event without a message id one of its own', () => {
    expect(read(track({ messageId: undefined })).message_id).toMatch(/^[\da-f-]{36}$/)
  })

  it.each([
    [
      { type: 'page', userId: 'u', name: 'Pricing', properties: { path: '/pricing', title: 'Prices' } },
      'web',
      'page_view',
      'Pricing',
    ],
    [{ type: 'screen', userId: 'u', name: 'Home' }, 'app', 'screen_view', 'Home'],
    [{ type: 'track', event: 'Signed Up', userId: 'u' }, 'api', 'event', 'Signed Up'],
    [
      { type: 'track', event: 'Signed Up', userId: 'u', context: { page: { path: '/' } } },
      'web',
      'event',
      'Signed Up',
    ],
    [{ type: 'track', event: 'Opened', userId: 'u', channel: 'mobile' }, 'app', 'event', 'Opened'],
    [{ type: 'identify', userId: 'u' }, 'api', 'identify', null],
    [{ type: 'track', event: 'Order Completed', userId: 'u' }, 'shop', 'purchase', 'Order Completed'],
  ])('places %j', (raw, channel, kind, name) => {
    expect(read(raw)).toMatchObject({ channel, kind, name })
  })

  it('reads what an order was worth, in minor units of its currency', () => {
    const order = (properties: object, event = 'Order Completed') => {
      const { amount_minor, currency } = read(track({ event, properties }), { currency: 'EUR' })
      return [amount_minor, currency]
    }
    expect(order({ revenue: 19.99, total: 25, currency: 'usd' })).toEqual([1999, 'USD'])
    expect(order({ total: '8.165' })).toEqual([817, 'EUR'])
    expect(order({ value: 1200, currency: 'JPY' })).toEqual([1200, 'JPY'])
    expect(order({ revenue: 1.234, currency: 'KWD' })).toEqual([1234, 'KWD'])
    expect(order({ revenue: 5, currency: 'EUR' }, 'Order Refunded')).toEqual([-500, 'EUR'])
    expect(order({ revenue: 'much' })).toEqual([null, null])
    expect(order({ revenue: 5, currency: 'euros' })).toEqual([null, null])
  })

  it('takes the traits of an identify from the context when they are only there', () => {
    expect(
      JSON.parse(read({ type: 'identify', userId: 'u', context: { traits: { plan: 'pro' } } }).properties),
    ).toEqual({ plan: 'pro' })
  })

  it.each([
    [null, 'not_an_object'],
    [[1], 'not_an_object'],
    [{ userId: 'u' }, 'missing_type'],
    [{ type: 'merge', userId: 'u' }, 'unknown_type'],
    [{ type: 'track', userId: 'u' }, 'no_event_name'],
    [track({ event: 'x'.repeat(256) }), 'name_too_long'],
    [track({ properties: { note: 'a\u0000b' } }), 'nul_character'],
    [track({ properties: { 'a\u0000b': 1 } }), 'nul_character'],
    [
      track({
        properties: Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`p${index}`, index])),
      }),
      'too_many_properties',
    ],
    [track({ properties: { note: 'x'.repeat(33_000) } }), 'event_too_large'],
    [track({ properties: JSON.parse('['.repeat(2000) + ']'.repeat(2000)) }), 'too_deep'],
  ])('refuses %j by its own reason', (raw, code) => {
    expect(refusal(raw)).toBe(code)
  })

  it('keeps a sample of a refused event that any database can hold', () => {
    const parsed = parseSegmentEvent(
      { type: 'track', messageId: 'm\u0000', properties: { bad: '\u0000', half: '\ud800' } },
      received,
    )
    if (!('rejection' in parsed)) throw new Error('accepted')
    expect(parsed.rejection.message_id).toBe('m␀')
    expect(parsed.rejection.sample).not.toContain('\u0000')
    expect(parsed.rejection.sample.isWellFormed()).toBe(true)
  })
})
