-- What every table stands on: the transaction's workspace, row security, the normal form of text, jobs and idempotency.

-- Empty after a transaction that set it has ended, and then no row may be seen: nullif makes the comparison null.
create function rapport.workspace() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('rapport.workspace', true), '')::uuid;

create function rapport.actor() returns text
  language sql stable parallel safe
  return nullif(current_setting('rapport.actor', true), '');

create function rapport.request() returns text
  language sql stable parallel safe
  return nullif(current_setting('rapport.request', true), '');

-- Names compare without regard to accents, case and spacing. The dictionary is named in full, so the result depends on the argument alone.
-- Not in SQL: that is not inlined (unaccent is only stable), and a nested query for each value costs twice the work itself. A single
-- space need not be replaced by one.
create function rapport.normal(value text) returns text
  language plpgsql immutable strict parallel safe as $$
begin
  return btrim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, value)), '\s\s+|[^\S ]', ' ', 'g'));
end $$;

create function rapport.digits(value text) returns text
  language sql immutable strict parallel safe
  return regexp_replace(value, '\D', '', 'g');

-- The row-security wall of a table that belongs to workspaces.
create function rapport.protect(target regclass) returns void
  language plpgsql as $$
declare
  prefix text := current_setting('rapport.role_prefix');
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy app on %s to %I using (workspace_id = (select rapport.workspace())) with check (workspace_id = (select rapport.workspace()))', target, prefix || '_app');
  execute format('create policy find on %s for select to %I using (true)', target, prefix || '_find');
  execute format('create policy system on %s to %I using (true) with check (true)', target, prefix || '_system');
  execute format('grant select, insert, update, delete on %s to %I', target, prefix || '_app');
  execute format('grant select on %s to %I', target, prefix || '_find');
  execute format('grant select, insert, update, delete on %s to %I', target, prefix || '_system');
end $$;

-- The wall of a table above workspaces (accounts, sessions): only the role that signs people in.
create function rapport.protect_global(target regclass) returns void
  language plpgsql as $$
declare
  prefix text := current_setting('rapport.role_prefix');
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy auth on %s to %I using (true) with check (true)', target, prefix || '_auth');
  execute format('create policy system on %s to %I using (true) with check (true)', target, prefix || '_system');
  execute format('grant select, insert, update, delete on %s to %I', target, prefix || '_auth');
  execute format('grant select, insert, update, delete on %s to %I', target, prefix || '_system');
end $$;

do $$
declare
  prefix text := current_setting('rapport.role_prefix');
begin
  execute format('grant usage on schema rapport to %I, %I, %I, %I', prefix || '_app', prefix || '_find', prefix || '_auth', prefix || '_system');
  execute format('alter default privileges for role %I revoke execute on functions from public', prefix || '_migrate');
  execute format('revoke execute on all functions in schema rapport from public');
  execute format('grant execute on function rapport.workspace(), rapport.actor(), rapport.request(), rapport.normal(text), rapport.digits(text) to %I, %I, %I, %I',
    prefix || '_app', prefix || '_find', prefix || '_auth', prefix || '_system');
end $$;

-- Functions belong to nobody until they are given to a role: select rapport.allow('rapport.f(uuid)', 'app').
create function rapport.allow(callable regprocedure, variadic roles text[]) returns void
  language plpgsql as $$
declare
  role_name text;
begin
  foreach role_name in array roles loop
    execute format('grant execute on function %s to %I', callable, current_setting('rapport.role_prefix') || '_' || role_name);
  end loop;
end $$;

create table idempotency (
  workspace_id uuid not null,
  actor text not null,
  key text not null,
  request_hash text not null,
  status smallint,
  response jsonb,
  created_at timestamptz(3) not null default now(),
  primary key (workspace_id, actor, key)
);
comment on table idempotency is 'The first answer to a request that carries an Idempotency-Key; commits with the effect';
comment on column idempotency.workspace_id is 'Workspace [internal]';
comment on column idempotency.actor is 'Who sent the request [internal]';
comment on column idempotency.key is 'The key as sent [internal]';
comment on column idempotency.request_hash is 'SHA-256 of method, path and body [internal]';
comment on column idempotency.status is 'HTTP status of the first answer [internal]';
comment on column idempotency.response is 'Body of the first answer [personal]';
comment on column idempotency.created_at is 'When [internal]';
create index idempotency_age on idempotency (created_at);
select rapport.protect('idempotency');

-- Jobs are enqueued in the caller's transaction, with the transaction's workspace stamped so that no caller can name another.
create function rapport.enqueue(job text, payload jsonb, job_key text, run_at timestamptz, queue text, max_attempts int) returns void
  language plpgsql security definer set search_path = rapport, pg_temp as $$
begin
  if rapport.workspace() is null then
    raise exception 'a job needs a workspace';
  end if;
  perform graphile_worker.add_job(
    job,
    (payload || jsonb_build_object('workspace_id', rapport.workspace()))::json,
    queue_name => queue,
    run_at => run_at,
    max_attempts => max_attempts,
    job_key => job_key
  );
end $$;

-- The fence of a running job: holds its row while the transaction lasts, and fails when another worker has taken the job over.
create function rapport.hold_job(job_id bigint, worker text) returns boolean
  language plpgsql security definer set search_path = rapport, pg_temp as $$
begin
  perform 1 from graphile_worker._private_jobs j where j.id = job_id and j.locked_by = worker for share;
  return found;
end $$;

create table worker_heartbeat (
  worker text primary key,
  seen_at timestamptz(3) not null default now()
);
comment on table worker_heartbeat is 'Job workers that are alive; the jobs of one that falls silent are freed';
comment on column worker_heartbeat.worker is 'Worker [internal]';
comment on column worker_heartbeat.seen_at is 'Last sign of life [internal]';
select rapport.protect_global('worker_heartbeat');

-- Not logged: a limit that a crash forgets has cost nothing.
create unlogged table request_limit (
  key text collate "C" primary key,
  full_at timestamptz not null
);
comment on table request_limit is 'How much of each limit on requests and events is used up, over all processes';
comment on column request_limit.key is 'Which limit of which key or session [internal]';
comment on column request_limit.full_at is 'When the limit will be full again [internal]';
create index request_limit_age on request_limit (full_at);
select rapport.protect_global('request_limit');

select rapport.allow('rapport.enqueue(text, jsonb, text, timestamptz, text, int)', 'app');
select rapport.allow('rapport.hold_job(bigint, text)', 'app');
