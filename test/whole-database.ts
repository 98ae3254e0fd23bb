import type { Client } from 'pg'

// What all tables hold, for tests that say that nothing has changed, or that something stands nowhere.

/** Refused requests count as requests too, so the table that counts them is left out. */
async function tablesOf(admin: Client, ofWorkspaces: boolean): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `select quote_ident(c.relname) as name from pg_class c
     where c.relnamespace = 'rapport'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> 'request_limit' and (not $1 or exists (
         select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id'))
     order by 1`,
    [ofWorkspaces],
  )
  return rows.map(row => row.name)
}

/**
 * One line for each table: how many rows, and a number for which they are. Whoever writes a row leaves a new one with his
 * transaction's number at another place, also where he writes what was there already.
 */
export async function fingerprint(admin: Client, workspace?: string): Promise<string[]> {
  const parts = (await tablesOf(admin, workspace !== undefined)).map(
    name =>
      `select '${name}' as name, count(*) as rows, sum(hashtextextended(t.tableoid || t.xmin::text || t.ctid::text, 0)::numeric) as hash
       from rapport.${name} t ${workspace === undefined ? '' : 'where workspace_id = $1'}`,
  )
  const { rows } = await admin.query<{ name: string; rows: number; hash: number }>(
    // Many tables are read side by side, and come in any order.
    `${parts.join(' union all ')} order by name`,
    workspace === undefined ? [] : [workspace],
  )
  return rows.map(row => `${row.name}: ${row.rows} rows, ${row.hash}`)
}

/** What differs from before, with the rows that were written last: whoever finds a change wants to see it. */
export async function changesSince(admin: Client, before: readonly string[]): Promise<string[]> {
  const changed = (await fingerprint(admin)).filter(line => !before.includes(line))
  const shown = changed.map(async line => {
    const table = line.slice(0, line.indexOf(':'))
    const { rows } = await admin.query<{ row: string }>(
      `select t::text as row from rapport.${table} t order by t.xmin::text::bigint desc limit 3`,
    )
    return `${line}, the last written: ${rows.map(({ row }) => row.slice(0, 400)).join(' ')}`
  })
  return Promise.all(shown)
}

/** The rows of a workspace in which any of these stands. */
export async function mentions(
  admin: Client,
  workspace: string,
  texts: readonly string[],
): Promise<string[]> {
  const parts = (await tablesOf(admin, true)).map(
    name =>
      `select '${name} ' || t::text as row from rapport.${name} t where workspace_id = $1 and t::text ~ $2`,
  )
  const { rows } = await admin.query<{ row: string }>(parts.join(' union all '), [workspace, texts.join('|')])
  return rows.map(({ row }) => row.slice(0, 300))
}
