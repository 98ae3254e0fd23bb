import type { ClientBase } from 'pg'

// What the catalogue must say for one workspace never to reach another, whatever a handler forgets. Each rule answers with
// what breaks it, so that the tests can plant a fault and see it named.

/** Tables of the runner, which no role of the running program can read. */
const runnersOwn = ['migration']

/** Unique over the installation on purpose: random secrets, and the names of what stands above workspaces. */
const uniqueAboveWorkspaces = ['api_key_digest_key', 'workspace_pkey', 'workspace_slug_key']

const rules: Record<string, string> = {
  'row security is on and forced': `
    select c.relname as fault from pg_class c
    where c.relnamespace = 'rapport'::regnamespace and c.relkind in ('r', 'p')
      and not (c.relrowsecurity and c.relforcerowsecurity) and not c.relispartition and c.relname <> all($2)`,

  'app meets exactly one policy, and it compares the workspace': `
    select c.relname || coalesce(': ' || string_agg(pg_get_expr(p.polqual, c.oid), ' or '), ': no policy') as fault
    from pg_class c
    left join pg_policy p on p.polrelid = c.oid and ($1 || '_app')::regrole = any(p.polroles || case when 0 = any(p.polroles) then ($1 || '_app')::regrole::oid end)
    where c.relnamespace = 'rapport'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and has_any_column_privilege($1 || '_app', c.oid, 'select, insert, update')
    group by c.oid, c.relname
    having count(p.oid) <> 1
      or max(pg_get_expr(p.polqual, c.oid)) !~ '^\\((workspace_)?id = \\( SELECT (rapport\\.)?workspace\\(\\) AS workspace\\)\\)$'
      or max(pg_get_expr(p.polwithcheck, c.oid)) is distinct from max(pg_get_expr(p.polqual, c.oid))
      or max(p.polcmd) <> '*'`,

  'find reads and does nothing else': `
    select c.relname as fault from pg_class c
    where c.relnamespace = 'rapport'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
      and has_table_privilege($1 || '_find', c.oid, 'insert, update, delete, truncate, references, trigger')`,

  'nobody but the owner may truncate, refer to or put triggers on a table': `
    select c.relname || ': ' || r as fault from pg_class c, unnest(array['_app', '_auth', '_runtime']) r
    where c.relnamespace = 'rapport'::regnamespace and c.relkind in ('r', 'p')
      and has_table_privilege($1 || r, c.oid, 'truncate, references, trigger')`,

  'what stands above workspaces is closed to app and find': `
    select c.relname || ': ' || r as fault from pg_class c, unnest(array['_app', '_find']) r
    where c.relnamespace = 'rapport'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'auth')
      and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'app')
      and has_any_column_privilege($1 || r, c.oid, 'select, insert, update')`,

  'partitions are reached through their parent alone': `
    select c.relname || ': ' || r as fault from pg_class c, unnest(array['_app', '_find', '_auth']) r
    where c.relnamespace = 'rapport'::regnamespace and c.relispartition and c.relkind in ('r', 'p')
      and has_any_column_privilege($1 || r, c.oid, 'select, insert, update')
      and not (c.relrowsecurity and c.relforcerowsecurity)`,

  'references between tables of a workspace carry the workspace': `
    select c.relname || '.' || k.conname as fault
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid
    where k.contype = 'f' and c.relnamespace = 'rapport'::regnamespace and not c.relispartition
      and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'app')
      and exists (select from pg_policy p where p.polrelid = f.oid and p.polname = 'app')
      and not exists (
        select from unnest(k.conkey, k.confkey) pair (own, other)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = pair.own
        join pg_attribute b on b.attrelid = f.oid and b.attnum = pair.other
        where a.attname = 'workspace_id' and b.attname = case when f.relname = 'workspace' then 'id' else 'workspace_id' end)`,

  'setting a reference to null leaves the workspace': `
    select c.relname || '.' || k.conname as fault
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'f' and c.relnamespace = 'rapport'::regnamespace and (k.confdeltype = 'n' or k.confupdtype = 'n')
      and (k.confdelsetcols is null or exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id' and a.attnum = any(k.confdelsetcols)))`,

  'uniqueness stays inside the workspace, so that a clash tells nothing about others': `
    select c.relname || '.' || x.relname as fault
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    where (i.indisunique or i.indisexclusion) and c.relnamespace = 'rapport'::regnamespace and not c.relispartition
      and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'app')
      and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id' and a.attnum = any(i.indkey))
      and x.relname <> all($3)`,

  'there are no materialised views, and views see what the asker sees': `
    select c.relname as fault from pg_class c
    where c.relnamespace = 'rapport'::regnamespace
      and (c.relkind = 'm' or (c.relkind = 'v' and not coalesce(c.reloptions::text ~ 'security_invoker=(true|on)', false)))`,

  'PUBLIC has nothing': `
    select 'table ' || c.relname as fault from pg_class c, aclexplode(c.relacl) acl
    where c.relnamespace = 'rapport'::regnamespace and acl.grantee = 0
    union all
    select 'function ' || p.proname from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
    where p.pronamespace = 'rapport'::regnamespace and acl.grantee = 0
    union all
    select 'schema ' || n.nspname from pg_namespace n, aclexplode(n.nspacl) acl
    where n.nspname in ('rapport', 'public', 'graphile_worker') and acl.grantee = 0
    union all
    select 'database ' || d.datname from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) acl
    where d.datname = current_database() and acl.grantee = 0`,

  'functions that run as their owner fix their search path': `
    select p.proname as fault from pg_proc p
    where p.pronamespace = 'rapport'::regnamespace and p.prosecdef
      and not exists (select from unnest(p.proconfig) setting where setting ~ '^search_path=')`,

  'no function calls itself leakproof': `
    select p.proname as fault from pg_proc p where p.pronamespace = 'rapport'::regnamespace and p.proleakproof`,

  'the roles of the running program own nothing': `
    select c.relname as fault from pg_class c
    where pg_get_userbyid(c.relowner) = any(array[$1 || '_app', $1 || '_find', $1 || '_auth', $1 || '_runtime'])
    union all
    select p.proname from pg_proc p
    where pg_get_userbyid(p.proowner) = any(array[$1 || '_app', $1 || '_find', $1 || '_auth', $1 || '_runtime'])
    union all
    select n.nspname from pg_namespace n
    where pg_get_userbyid(n.nspowner) = any(array[$1 || '_app', $1 || '_find', $1 || '_auth', $1 || '_runtime'])`,

  'the roles have no powers of their own': `
    select r.rolname as fault from pg_roles r
    where r.rolname = any(array[$1 || '_app', $1 || '_find', $1 || '_auth', $1 || '_system', $1 || '_runtime', $1 || '_migrate'])
      and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication
        or (r.rolcanlogin and r.rolname not in ($1 || '_runtime', $1 || '_migrate'))
        or (r.rolinherit and r.rolname = $1 || '_runtime'))`,

  'the runtime login becomes app, find and auth and nothing else': `
    select m.rolname || ' in ' || g.rolname as fault
    from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid
    where (m.rolname = $1 || '_runtime' and g.rolname <> all(array[$1 || '_app', $1 || '_find', $1 || '_auth']))
      or m.rolname = any(array[$1 || '_app', $1 || '_find', $1 || '_auth'])`,

  'only migrations make anything in the schema': `
    select r as fault from unnest(array['_app', '_find', '_auth', '_runtime']) r
    where has_schema_privilege($1 || r, 'rapport', 'create') or has_database_privilege($1 || r, current_database(), 'create, temporary')`,

  'the job queue is closed to the running program': `
    select c.relname || ': ' || r as fault from pg_class c, unnest(array['_app', '_find', '_auth', '_runtime']) r
    where c.relnamespace = to_regnamespace('graphile_worker') and c.relkind in ('r', 'p', 'v')
      and has_any_column_privilege($1 || r, c.oid, 'select, insert, update')`,
}

/** Everything that breaks a rule, as `rule: what`. */
export async function auditRowSecurity(client: Pick<ClientBase, 'query'>, prefix: string): Promise<string[]> {
  const faults: string[] = []
  for (const [rule, sql] of Object.entries(rules)) {
    const values = [prefix, runnersOwn, uniqueAboveWorkspaces]
    // Each rule names the parameters it needs; the others are handed over all the same, so that one call serves all.
    const all = `with given as (select $1::text, $2::text[], $3::text[]) ${sql.replaceAll('$1', '$1::text').replaceAll('$2', '$2::text[]').replaceAll('$3', '$3::text[]')}`
    const { rows } = await client.query<{ fault: string }>(all, values)
    faults.push(...rows.map(row => `${rule}: ${row.fault}`))
  }
  return faults
}
