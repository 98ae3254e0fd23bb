-- What is taken out of the log again: the undoing of an import. The copy in ClickHouse follows by this list.
create table interaction_erasure (
  workspace_id uuid not null,
  id uuid not null default gen_random_uuid(),
  at timestamptz(3) not null default now(),
  ids uuid[] not null,
  first_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  xid xid8 not null default pg_current_xact_id(),
  primary key (workspace_id, id)
);
create index interaction_erasure_xid on interaction_erasure (xid);
comment on table interaction_erasure is 'Interactions that were taken out of the log, until the copy in ClickHouse has followed';
comment on column interaction_erasure.workspace_id is 'Workspace [internal]';
comment on column interaction_erasure.id is 'Id [internal]';
comment on column interaction_erasure.at is 'When they were taken out [internal]';
comment on column interaction_erasure.ids is 'Ids of the interactions [internal]';
comment on column interaction_erasure.first_at is 'Time of the earliest of them [internal]';
comment on column interaction_erasure.last_at is 'Time of the latest of them [internal]';
comment on column interaction_erasure.xid is 'Transaction, for readers below the snapshot [internal]';
select rapport.protect('interaction_erasure');
do $$
begin
  execute format('revoke insert, update, delete on interaction_erasure from %I', current_setting('rapport.role_prefix') || '_app');
end $$;
insert into projection (name) values ('erasure');

-- The only way out of the log. Their messages have never been: they count again when they come again.
create function rapport.erase_interactions(erased uuid[], times timestamptz[]) returns setof bigint
  language sql security definer set search_path = rapport, pg_temp as $$
  with gone as (
    delete from interaction i using unnest(erased, times) x (id, occurred_at)
    where i.workspace_id = rapport.workspace() and i.occurred_at = x.occurred_at and i.id = x.id
    returning i.id, i.occurred_at, i.message_id, i.identifier_id
  ), forgotten as (
    delete from message_digest d using gone g
    where d.workspace_id = rapport.workspace()
      and d.digest = left(encode(sha256(convert_to(g.message_id, 'UTF8')), 'hex'), 32)::uuid
  ), noted as (
    insert into interaction_erasure (workspace_id, ids, first_at, last_at)
    select rapport.workspace(), array_agg(g.id), min(g.occurred_at), max(g.occurred_at) from gone g having count(*) > 0
  )
  select g.identifier_id from gone g
$$;
select rapport.allow('rapport.erase_interactions(uuid[], timestamptz[])', 'app');
