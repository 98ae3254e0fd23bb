import { sql } from 'kysely'
import type { z } from 'zod'
import type { Principal } from '../core/ctx.ts'
import { fail, failureOf } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import type { activity } from './activity.contract.ts'
import { projectionLag } from './projection.ts'
import { says } from './says.ts'

type Question = z.output<(typeof activity)['query']>

const dayMs = 86_400_000
const mostDays = 1100

/** How much happened on each day, by channel, and to how many people. */
export async function askActivity(machine: Machine, principal: Principal, question: Question) {
  const { read } = principal.kinds['person'] ?? principal.kinds['*'] ?? { read: 'none' }
  // The copy does not know whose people these are: for somebody who may see only some, the sum would be too wide.
  if (read !== 'all')
    throw fail('forbidden', {
      code: 'aggregate_withheld',
      detail: says.aggregate_withheld(),
    })
  const time_zone = await zoneOf(machine, principal)
  const to = question.to ?? dayIn(time_zone, machine.clock.now())
  const from = question.from ?? dayIn('UTC', new Date(Date.parse(to) - 29 * dayMs))
  const length = (Date.parse(to) - Date.parse(from)) / dayMs
  if (!(length >= 0 && length < mostDays))
    throw fail('invalid', { detail: says.ask_for_days({ most: mostDays }) })
  const { watermark } = await projectionLag(machine)
  const days = await machine.clickhouse
    .query<{ day: string; channel: string; interactions: number; people?: number }>({
      sql: question.people === 'true' ? withPeople : plain,
      params: { workspace: principal.workspace_id, zone: time_zone, from, to },
    })
    .catch((error: unknown) => explain(machine, error))
  return { as_of: watermark, time_zone, from, to, days }
}

/** Whose an identifier is can be asked once a worker has run: it makes the dictionary. */
async function explain(machine: Machine, error: unknown): Promise<never> {
  if (failureOf(error)) throw error
  const [row] = await machine.clickhouse.query<{ result: number }>({
    sql: 'exists dictionary identifier_owner',
  })
  if (row?.result !== 0) throw error
  throw fail('unavailable', {
    code: 'analytics_starting',
    detail: says.analytics_starting(),
    retry_after_s: 5,
    cause: error,
  })
}

// The days of a zone are within a day of those of UTC: that much wider the key is searched.
const filter = `
  where workspace_id = {workspace:UUID}
    and toDate(occurred_at) between toDate({from:String}) - 1 and toDate({to:String}) + 1
    and toDate(occurred_at, {zone:String}) between toDate({from:String}) and toDate({to:String})`

const plain = `
  select toString(toDate(occurred_at, {zone:String})) as day, channel, count() as interactions
  from interaction ${filter} group by day, channel order by day, channel`

const withPeople = `
  with dictGet('identifier_owner', 'root_id', identifier_id, toUnixTimestamp64Milli(occurred_at)) as person
  select toString(toDate(occurred_at, {zone:String})) as day, channel, count() as interactions,
    uniqExactIf(person, person != toUUID('00000000-0000-0000-0000-000000000000')) as people
  from interaction ${filter} group by day, channel order by day, channel`

async function zoneOf(machine: Machine, principal: Principal): Promise<string> {
  const zone = await machine.transaction({ principal, readOnly: true }, async ctx => {
    const { rows } = await sql<{ time_zone: string }>`
      select time_zone from workspace where id = ${ctx.workspace_id}`.execute(ctx.db)
    return rows[0]?.time_zone
  })
  return zone !== undefined && Intl.supportedValuesOf('timeZone').includes(zone) ? zone : 'UTC'
}

const dayIn = (timeZone: string, at: Date) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(at)
