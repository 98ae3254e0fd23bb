import type { Pool } from 'pg'
import { say } from './world.ts'

// Made by the database itself, without triggers: a million people in a minute. Names repeat as names do; what happened comes in
// the order in which it happened, as it does in life, and each month's partition is filled at once.

const people = `
  insert into person (workspace_id, id, name, given_name, family_name, email, phone, job_title, company_id, city, country, external_id, created_at, updated_at, last_seen_at)
  select $1, uuidv7(interval '1 ms' * n), g || ' ' || f || ' ' || n, g, f || ' ' || n, lower(g || '.' || f || n || '@example' || n % 997 || '.com'),
    '+4930' || lpad(n::text, 8, '0'), (array['Buyer','Head of IT','Owner','Nurse'])[1 + n % 4],
    c.id, (array['Berlin','Bonn','Köln','Paris','Oslo'])[1 + n % 5], (array['DE','FR','NO','US'])[1 + n % 4], 'p' || n,
    now() - interval '1 s' * n, now() - interval '1 s' * (n::bigint * 7919 % 1000003), now() - interval '1 s' * (n::bigint * 31 % 1000003)
  from (
    select n, (array['Ada','Bo','Cem','Dörte','Émile','Fatma','Grace','Hugo','Ines','Jürgen'])[1 + n % 10] as g,
      (array['Löwe','Meier','Nguyen','Öztürk','Peters','Quinn','Rossi','Šimić','Tanaka','Usman','Vogel','Weber'])[1 + n / 10 % 12] as f
    from generate_series($2::int, $3::int) n
  ) s
  left join lateral (select id from company where workspace_id = $1 and external_id = 'c' || (s.n % $4::int) limit 1) c on true`

const companies = `
  insert into company (workspace_id, id, name, domain, industry, employees, country, external_id)
  select $1, uuidv7(), 'Company ' || n, 'company' || n || '.com', (array['Retail','Health','Software'])[1 + n % 3], n % 5000, 'DE', 'c' || n
  from generate_series(0, $2::int - 1) n`

const identifiers = `
  with source as (
    select p.id as person_id, p.created_at, t.type, t.value
    from generate_series($2::int, $3::int) n
    cross join lateral (select id, created_at, email, external_id from person where workspace_id = $1 and external_id = 'p' || n limit 1) p
    cross join lateral (values ('email', p.email), ('external_id', 'import:' || p.external_id), ('user_id', 'u' || n)) t (type, value)
  ), made as (
    insert into identifier (workspace_id, type, value) select $1, type, value from source
    returning id, type, value
  )
  insert into identifier_person (workspace_id, identifier_id, person_id, root_id, claimed_at, rule)
  select $1, m.id, s.person_id, s.person_id, s.created_at, 'import' from made m join source s using (type, value)`

const interactions = `
  insert into interaction (workspace_id, id, occurred_at, received_at, identifier_id, identifier_ids, channel, kind, name, source, amount_minor, currency, feeling, properties, message_id)
  select $1, uuidv7(), s.at, s.at, i.id, array[i.id], (array['web','app','shop','email','phone'])[1 + n % 5],
    case when n % 9 = 0 then 'purchase' when n % 4 = 0 then 'event' else 'page_view' end, (array['Home','Prices','Signed up','Order','Help'])[1 + n % 5],
    'bench', case when n % 9 = 0 then n % 20000 end, case when n % 9 = 0 then 'EUR' end, case when n % 20 = 0 then (n % 21 - 10) / 10.0 end, jsonb_build_object('n', n), 'g' || n
  from (select n, now() - interval '2 years' * (1 - n / $6::float8) as at, $4::bigint + (n::bigint * 48271 % $5::bigint) as identifier from generate_series($2::int, $3::int) n) s
  cross join lateral (select id from identifier where workspace_id = $1 and id = s.identifier limit 1) i`

/** A kept folder is filled once: with all of it, or it is of no use. */
async function isFilled(bare: Pool, home: { id: string; people: number }, events: number): Promise<boolean> {
  const { rows } = await bare.query<{ people: number; events: number }>(
    `select (select count(*) from person where workspace_id = $1 and external_id like 'p%') as people,
      (select count(*) from interaction where workspace_id = $1 and source = 'bench' and message_id like 'g%') as events`,
    [home.id],
  )
  const [{ people, events: happened } = { people: 0, events: 0 }] = rows
  if (people === 0) return false
  if (people !== home.people || happened < events)
    throw new Error(
      `the folder has ${people} people and ${happened} interactions, not ${home.people} and ${events}: delete it or give another`,
    )
  return true
}

/** Fills a workspace: its people, a fifth as many companies, and interactions over the last two years. */
export async function fill(bare: Pool, home: { id: string; people: number }, events: number): Promise<void> {
  if (await isFilled(bare, home, events)) return
  const started = performance.now()
  const client = await bare.connect()
  const run = async (sql: string, ...values: unknown[]) => client.query(sql, [home.id, ...values])
  const inParts = async (
    count: number,
    part: number,
    work: (from: number, to: number) => Promise<unknown>,
  ) => {
    for (let from = 1; from <= count; from += part) await work(from, Math.min(count, from + part - 1))
  }
  try {
    // Neither history nor mirrors: the triggers stay out of it.
    await client.query(`set session_replication_role = replica; set synchronous_commit = off`)
    const companyCount = Math.max(100, Math.round(home.people / 5))
    await run(companies, companyCount)
    await client.query('analyze company')
    await inParts(home.people, 50_000, (from, to) => run(people, from, to, companyCount))
    await client.query('analyze person')
    await inParts(home.people, 50_000, (from, to) => run(identifiers, from, to))
    await client.query('analyze identifier')
    const { rows } = await client.query<{ first: string; count: string }>(
      'select min(id) as first, count(*) as count from identifier where workspace_id = $1',
      [home.id],
    )
    await client.query(
      `select rapport.make_interaction_months(array(select generate_series(date_trunc('month', now() - interval '25 months'), now(), interval '1 month')::date))`,
    )
    await inParts(events, 500_000, (from, to) =>
      run(interactions, from, to, rows[0]?.first, rows[0]?.count, events),
    )
    // What the database would do by itself within the next minute must not fall into what is measured.
    for (const table of ['person', 'company', 'identifier', 'identifier_person', 'interaction'])
      await client.query(`vacuum (analyze) ${table}`)
  } finally {
    await client.query('reset session_replication_role; reset synchronous_commit')
    client.release()
  }
  say(
    `made ${home.people} people and ${events} interactions in ${Math.round((performance.now() - started) / 1000)} s`,
  )
}
