import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { World } from './world.ts'

const tables = ['person', 'company', 'identifier', 'identifier_person']
const drop = [...tables.map(table => `bench_${table}`), 'staging']
  .map(table => `drop table if exists ${table}`)
  .join(';')

const prepare = `
  ${drop};
  ${tables.map(table => `create table bench_${table} (like ${table} including all)`).join(';')};
  create unique index on bench_person (workspace_id, email_norm) where email_norm is not null;
  create temporary table staging (given_name text, family_name text, email text, phone text, job_title text, company text, city text, country text, external_id text)`

const people = (company: string) => `
  insert into bench_person (workspace_id, id, name, given_name, family_name, email, phone, job_title, city, country, external_id, company_id)
  select $1, uuidv7(), s.given_name || ' ' || s.family_name, s.given_name, s.family_name, s.email, s.phone, s.job_title, s.city, s.country, s.external_id, ${company}
  on conflict (workspace_id, email_norm) where email_norm is not null do update set name = excluded.name, phone = excluded.phone, updated_at = now()`

const companies = `
  insert into bench_company (workspace_id, id, name)
  select $1, uuidv7(), s.company from staging s
  where not exists (select from bench_company c where c.workspace_id = $1 and c.name_sort = rapport.normal(s.company))
  group by s.company`

const identifiersOf = `
  (values ('email', lower(s.email)), ('external_id', s.external_id), ('phone', '+' || rapport.digits(s.phone))) t (type, value)`

const identifiers = `
  insert into bench_identifier (workspace_id, type, value)
  select $1, t.type, t.value from staging s cross join lateral ${identifiersOf}
  on conflict do nothing`

const claims = `
  insert into bench_identifier_person (workspace_id, identifier_id, person_id, root_id, claimed_at, rule)
  select $1, i.id, p.id, p.id, now(), 'import'
  from staging s
  join bench_person p on p.workspace_id = $1 and p.email_norm = lower(s.email)
  cross join lateral ${identifiersOf}
  join bench_identifier i on i.workspace_id = $1 and i.type = t.type and i.value = t.value
  where not exists (select from bench_identifier_person o where o.workspace_id = $1 and o.identifier_id = i.id and o.retracted_at is null)`

async function timed(
  { bare, home }: World,
  path: string,
  merge: (client: PoolClient, values: string[]) => Promise<unknown>,
): Promise<number> {
  const client = await bare.connect()
  try {
    await client.query(prepare)
    const started = performance.now()
    const copy = client.query(copyFrom('copy staging from stdin with (format csv, header true)'))
    await pipeline(createReadStream(path), copy)
    await merge(client, [home.id])
    return (performance.now() - started) / 1000
  } finally {
    await client.query(drop)
    client.release()
  }
}

/**
 * COPY into a staging table, then one merge for each table that the import writes: companies by name, people by e-mail, their
 * identifiers and whose they are. Into tables like ours with all their indexes, on one connection of the superuser. Without what
 * ours does beside: nothing is checked or normalised but the address, no row security, no foreign keys, no change log, no rejects, no
 * progress that survives a crash.
 */
export const copyAndMerge = (world: World, path: string): Promise<number> =>
  timed(world, path, async (client, values) => {
    await client.query(companies, values)
    const company = `c.id from staging s join bench_company c on c.workspace_id = $1 and c.name_sort = rapport.normal(s.company)`
    await client.query(people(company), values)
    await client.query(identifiers, values)
    await client.query(claims, values)
  })

/** The same into the table of people alone: less than an import means, and the least that any import must do. */
export const copyAndMergePeople = (world: World, path: string): Promise<number> =>
  timed(world, path, (client, values) => client.query(people('null::uuid from staging s'), values))
