import { Client, Pool, type PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../src/core/id.ts'
import { startTestApp, type TestApp } from '../src/testing/app.ts'
import { testPrefix } from '../src/testing/database.ts'
import { auditRowSecurity } from './row-security-audit.ts'

// The second wall: whatever a handler forgets, the database gives no row of another workspace.

let app: TestApp
let admin: Client
/** One connection of the runtime login, as a pool hands it from request to request. */
let one: Pool
const here = newId()
const there = newId()

interface Table {
  name: string
  tenant: string
  columns: { name: string; type: string; needed: boolean }[]
}
let tables: Table[] = []

const tablesSql = `
  select c.relname as name, case when c.relname = 'workspace' then 'id' else 'workspace_id' end as tenant,
    json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
      'needed', a.attnotnull and a.attgenerated = '' and a.attidentity = '') order by a.attnum) as columns
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'rapport'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'app')
  group by c.oid order by c.relname`

let counter = 0
function madeUp(type: string): unknown {
  counter++
  if (type.endsWith('[]')) return '{}'
  if (type === 'uuid') return newId()
  if (type.startsWith('timestamp') || type === 'date') return new Date()
  if (type === 'jsonb' || type === 'json') return '{}'
  if (type === 'bytea') return Buffer.from(String(counter).padStart(32, '0'))
  if (type === 'boolean') return false
  if (type === 'xid8') return String(counter)
  if (type === 'tstzrange') return '[2020-01-01,2020-01-02)'
  return /int|numeric|real|double/.test(type) ? counter : `made-up-${counter}`
}

/** A row of made-up values: checks and references are taken away first, as only the wall between workspaces is looked at. */
function rowOf({ name, tenant, columns }: Table, workspace: string): [sql: string, values: unknown[]] {
  const needed = columns.filter(column => column.needed)
  const names = needed.map(column => `"${column.name}"`).join()
  const places = needed.map((_, index) => `$${index + 1}`).join()
  const values = needed.map(column => (column.name === tenant ? workspace : madeUp(column.type)))
  return [`insert into rapport.${name} (${names}) values (${places})`, values]
}

beforeAll(async () => {
  app = await startTestApp()
  admin = new Client({ connectionString: app.admin_url })
  await admin.connect()
  const system = app.machine.postgres.systemPool.options.connectionString ?? ''
  const runtime = new URL(system)
  runtime.username = `${testPrefix}_runtime`
  runtime.password = app.machine.secrets.mac('postgres-login', `${testPrefix}_runtime`)
  one = new Pool({ connectionString: runtime.toString(), max: 1 })
  tables = (await admin.query<Table>(tablesSql)).rows
  const { rows } = await admin.query<{ sql: string }>(
    `select format('alter table rapport.%I drop constraint %I', c.relname, k.conname) as sql
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where c.relnamespace = 'rapport'::regnamespace and k.contype = 'c' and k.coninhcount = 0`,
  )
  for (const { sql } of rows) await admin.query(sql)
  await admin.query(`set session_replication_role = replica`)
  // Made-up instants lie in no month that has been made.
  const ranges = await admin.query<{ name: string }>(
    `select c.relname as name from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
     where c.relnamespace = 'rapport'::regnamespace and p.partstrat = 'r' and p.partdefid = 0`,
  )
  for (const { name } of ranges.rows)
    await admin.query(`create table rapport.${name}_rest partition of rapport.${name} default`)
  for (const table of tables)
    for (const workspace of [here, there]) await admin.query(...rowOf(table, workspace))
})
afterAll(async () => {
  await one.end()
  await admin.end()
  await app.close()
})

async function connected<T>(run: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await one.connect()
  try {
    return await run(client)
  } finally {
    client.release()
  }
}

async function inTransaction<T>(
  client: PoolClient,
  opening: string,
  run: (client: PoolClient) => Promise<T>,
): Promise<T> {
  await client.query(`begin; set local role ${testPrefix}_app; ${opening}`)
  try {
    return await run(client)
  } finally {
    await client.query('rollback')
  }
}

const as = (workspace: string) => `select set_config('rapport.workspace', '${workspace}', true)`

/** Rows of each table by workspace, as `table: workspace`. */
async function seen(client: PoolClient): Promise<string[]> {
  const found: string[] = []
  for (const { name, tenant } of tables) {
    const { rows } = await client.query<{ workspace: string }>(
      `select ${tenant} as workspace from rapport.${name}`,
    )
    found.push(...rows.map(row => `${name}: ${row.workspace}`))
  }
  return found
}

describe('as role app', () => {
  test('without a workspace no table shows a row', async () => {
    expect(tables.length).toBeGreaterThan(4)
    for (const opening of [
      'select 1',
      as(''),
      `select set_config('rapport.workspace', '${here}', true); select set_config('rapport.workspace', '', true)`,
    ]) {
      expect(await connected(client => inTransaction(client, opening, seen))).toEqual([])
    }
  })

  test('a workspace that is not one is an error and not everything', async () => {
    for (const odd of ['%', 'null', here.slice(0, 35)]) {
      await expect(connected(client => inTransaction(client, as(odd), seen))).rejects.toThrow(/uuid/)
    }
  })

  test('a transaction leaves nothing behind on its connection', async () => {
    await connected(async client => {
      expect((await inTransaction(client, as(here), seen)).length).toBe(tables.length)
      expect(await inTransaction(client, 'select 1', seen)).toEqual([])
      // Outside a transaction the runtime login is nobody: it inherits no right at all.
      await expect(client.query('select 1 from rapport.member')).rejects.toThrow(/permission denied/)
    })
  })

  test('two workspaces that alternate on one connection each see their own rows', async () => {
    const rounds = Number(process.env['T31_ROUNDS'] ?? 300)
    for (let round = 0; round < rounds; round++) {
      const workspace = round % 2 ? here : there
      const found = await connected(client => inTransaction(client, as(workspace), seen))
      expect(found).toEqual(tables.map(table => `${table.name}: ${workspace}`))
    }
  })

  test('rows of another workspace are neither changed nor deleted nor made', async () => {
    await connected(async client => {
      for (const table of tables) {
        const { name, tenant } = table
        const attempt = async (sql: string, values: unknown[]) => {
          await client.query(`begin; set local role ${testPrefix}_app; ${as(here)}`)
          try {
            return (await client.query(sql, values)).rowCount
          } catch (error) {
            return (error as { code?: string }).code
          } finally {
            await client.query('rollback')
          }
        }
        const refused = [0, '42501', '428C9']
        expect(refused).toContain(await attempt(`delete from rapport.${name} where ${tenant} = $1`, [there]))
        expect(refused).toContain(
          await attempt(`update rapport.${name} set ${tenant} = $2 where ${tenant} = $1`, [there, here]),
        )
        expect(['42501', '428C9']).toContain(
          await attempt(`update rapport.${name} set ${tenant} = $2 where ${tenant} = $1`, [here, there]),
        )
        expect([name, '42501']).toEqual([name, await attempt(...rowOf(table, there))])
      }
    })
  })

  test('tables above workspaces are closed', async () => {
    for (const name of ['account', 'session', 'setup_token', 'sign_in_attempt']) {
      const read = (client: PoolClient) => client.query(`select 1 from rapport.${name}`)
      await expect(connected(client => inTransaction(client, as(here), read))).rejects.toThrow(
        /permission denied/,
      )
    }
  })
})

/** What the audit says after a change that is taken back. */
async function auditWith(fault?: string): Promise<string[]> {
  const client = new Client({ connectionString: app.admin_url })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('set local search_path = rapport, public')
    if (fault) await client.query(fault)
    return await auditRowSecurity(client, testPrefix)
  } finally {
    await client.query('rollback')
    await client.end()
  }
}

describe('the catalogue', () => {
  test('keeps every rule', async () => {
    expect(await auditWith()).toEqual([])
  })

  test.each([
    ['alter table member no force row level security', 'row security is on and forced'],
    ['alter table member disable row level security', 'row security is on and forced'],
    ['create table stray (id uuid)', 'row security is on and forced'],
    ['drop policy app on member', 'app meets exactly one policy'],
    [`create policy open on member to ${testPrefix}_app using (true)`, 'app meets exactly one policy'],
    ['create policy open on member using (true)', 'app meets exactly one policy'],
    [
      `alter policy app on member using (workspace_id = rapport.workspace() or rapport.workspace() is null)`,
      'app meets exactly one policy',
    ],
    [`grant insert on member to ${testPrefix}_find`, 'find reads and does nothing else'],
    [`grant truncate on member to ${testPrefix}_app`, 'nobody but the owner may truncate'],
    [`grant select on session to ${testPrefix}_app`, 'what stands above workspaces'],
    [
      'alter table member add unique (id); alter table api_key add constraint single foreign key (created_by) references member (id)',
      'references between tables',
    ],
    [
      'alter table api_key add constraint loose foreign key (workspace_id, created_by) references member on delete set null',
      'setting a reference to null',
    ],
    ['create unique index probe on member (email)', 'uniqueness stays inside'],
    ['create materialized view everyone as select * from member', 'no materialised views'],
    ['create view everyone as select * from member', 'no materialised views'],
    ['grant select on member to public', 'PUBLIC has nothing'],
    ['create function open() returns int language sql as $$ select 1 $$', 'PUBLIC has nothing'],
    [
      'create function trap() returns int language sql security definer as $$ select 1 $$',
      'functions that run as their owner',
    ],
    [
      'create function leak() returns int language sql leakproof as $$ select 1 $$',
      'no function calls itself',
    ],
    [`alter table member owner to ${testPrefix}_app`, 'the roles of the running program own nothing'],
    [`alter role ${testPrefix}_app bypassrls`, 'the roles have no powers'],
    [`alter role ${testPrefix}_runtime inherit`, 'the roles have no powers'],
    [`grant ${testPrefix}_system to ${testPrefix}_runtime`, 'the runtime login becomes'],
    [`grant create on schema rapport to ${testPrefix}_app`, 'only migrations make'],
    [
      `grant usage on schema graphile_worker to ${testPrefix}_app; grant select on graphile_worker._private_jobs to ${testPrefix}_app`,
      'the job queue is closed',
    ],
  ])('does not after: %s', async (fault, rule) => {
    const faults = await auditWith(fault)
    expect(faults.some(found => found.startsWith(rule) || found.includes(rule))).toBe(true)
  })
})
