import { Client } from 'pg'
import { fail } from './errors.ts'
import type { Secrets } from './secrets.ts'

// Roles are cluster-wide, so they are named per database. Nothing here is ever a superuser:
//   <p>_migrate  login: owns the schema, runs migrations, the projector and the job queue; member of <p>_system
//   <p>_runtime  login: owns nothing, inherits nothing, may become <p>_app, <p>_find or <p>_auth for a transaction
//   <p>_app      row security holds it to the transaction's workspace
//   <p>_find     SELECT only, for finding ids by operators that row security would keep from the indexes
//   <p>_auth     accounts, sessions and keys, which stand above workspaces
//   <p>_system   row security lets it see every workspace

export interface Logins {
  runtime_url: string
  system_url: string
  role_prefix: string
}

const groups = ['app', 'find', 'auth', 'system'] as const

function withLogin(url: string, user: string, password: string): string {
  const changed = new URL(url)
  changed.username = user
  changed.password = password
  return changed.toString()
}

export function loginsFor(adminUrl: string, secrets: Secrets, prefix: string): Logins {
  const password = (role: string) => secrets.mac('postgres-login', role)
  return {
    role_prefix: prefix,
    runtime_url: withLogin(adminUrl, `${prefix}_runtime`, password(`${prefix}_runtime`)),
    system_url: withLogin(adminUrl, `${prefix}_migrate`, password(`${prefix}_migrate`)),
  }
}

export function rolePrefixOf(adminUrl: string, configured?: string): string {
  const name =
    configured ??
    decodeURIComponent(new URL(adminUrl).pathname.slice(1))
      .toLowerCase()
      .replaceAll(/[^a-z0-9_]/g, '_')
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(name))
    throw fail('invalid', {
      detail: 'The database name cannot be used for role names; set RAPPORT_ROLE_PREFIX.',
    })
  return name
}

/** Creates roles, logins, extensions and the schema, idempotently and safe under simultaneous starts. */
export async function prepareDatabase(adminUrl: string, secrets: Secrets, prefix: string): Promise<Logins> {
  const logins = loginsFor(adminUrl, secrets, prefix)
  const client = new Client({
    connectionString: adminUrl,
    connectionTimeoutMillis: 10_000,
    application_name: 'rapport prepare',
  })
  await client.connect()
  try {
    await lockByPolling(client)
    await makeRoles(client, prefix, logins)
    await grantDatabase(client, prefix)
    for (const extension of ['pg_trgm', 'btree_gin', 'btree_gist', 'unaccent']) {
      await client.query(`create extension if not exists ${extension} with schema public`)
    }
    await client.query(`create schema if not exists rapport authorization ${prefix}_migrate`)
    await client.query('revoke all on schema public from public')
    await client.query(
      `grant usage on schema public to ${prefix}_migrate, ${groups.map(group => `${prefix}_${group}`).join(', ')}`,
    )
  } finally {
    await client.end()
  }
  return logins
}

// Waiting inside pg_advisory_lock while another session builds an index concurrently deadlocks, so the lock is polled for.
async function lockByPolling(client: Client): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const { rows } = await client.query<{ locked: boolean }>(`select pg_try_advisory_lock(7241001) as locked`)
    if (rows[0]?.locked) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw fail('unavailable', {
    detail: 'Another process has been preparing the database for more than a minute.',
  })
}

async function makeRoles(client: Client, prefix: string, logins: Logins): Promise<void> {
  const existing = await client.query<{ rolname: string }>(
    `select rolname from pg_roles where rolname like $1`,
    [`${prefix.replaceAll('_', '\\_')}\\_%`],
  )
  const known = new Set(existing.rows.map(row => row.rolname))
  for (const group of groups)
    if (!known.has(`${prefix}_${group}`)) await create(client, `${prefix}_${group} nologin`)
  for (const [login, url] of [
    ['migrate', logins.system_url],
    ['runtime', logins.runtime_url],
  ] as const) {
    const role = `${prefix}_${login}`
    if (!known.has(role))
      await create(client, `${role} login ${login === 'runtime' ? 'noinherit' : 'inherit'}`)
    await client.query(`alter role ${role} password '${new URL(url).password}'`)
    await client.query(`alter role ${role} set search_path = rapport, public`)
  }
  await client.query(`alter role ${prefix}_runtime set statement_timeout = '30s'`)
  // A kept statement is planned for its values each time: what suits "Nauru" does not suit "United States".
  await client.query(`alter role ${prefix}_runtime set plan_cache_mode = force_custom_plan`)
  await client.query(`alter role ${prefix}_runtime set idle_in_transaction_session_timeout = '30s'`)
  await client.query(`grant ${prefix}_app, ${prefix}_find, ${prefix}_auth to ${prefix}_runtime`)
  await client.query(`grant ${prefix}_system to ${prefix}_migrate`)
  // The one who prepares must be able to make a schema for another owner (a superuser may anyway).
  await client.query(`grant ${prefix}_migrate to current_user`).catch(() => undefined)
}

async function create(client: Client, definition: string): Promise<void> {
  try {
    await client.query(`create role ${definition}`)
  } catch (error) {
    const code = (error as { code?: string }).code
    // Another database of the cluster may be preparing the same prefix at this moment.
    if (code === '42710' || code === '23505') return
    if (code === '42501') {
      throw fail('invalid', {
        detail:
          'The login of DATABASE_URL may not create roles. Give it CREATEROLE and ownership of the database.',
        cause: error,
      })
    }
    throw error
  }
}

/** Rights on the database itself, which a copy made from a template does not inherit. */
export async function grantDatabase(client: Client, prefix: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select quote_ident(current_database()) as name')
  const database = rows[0]?.name ?? ''
  await client.query(`revoke all on database ${database} from public`)
  await client.query(`grant connect, create, temporary on database ${database} to ${prefix}_migrate`)
  await client.query(`grant connect on database ${database} to ${prefix}_runtime`)
}
