-- Merges of companies. Nothing but the edge is written: what points at a merged company is read through its root.
create table company_merge (
  workspace_id uuid not null,
  id uuid not null,
  seq bigint generated always as identity,
  winner_id uuid not null,
  loser_id uuid not null,
  keep jsonb not null default '{}',
  evidence jsonb,
  opened_at timestamptz(3) not null default now(),
  opened_by text default rapport.actor(),
  closed_at timestamptz(3),
  closed_by text,
  primary key (workspace_id, id),
  foreign key (workspace_id, winner_id) references company (workspace_id, id),
  foreign key (workspace_id, loser_id) references company (workspace_id, id),
  check (winner_id <> loser_id)
);
create unique index company_merge_open on company_merge (workspace_id, loser_id) where closed_at is null;
create index company_merge_winner on company_merge (workspace_id, winner_id);
create index company_merge_loser on company_merge (workspace_id, loser_id);
comment on table company_merge is 'Merges as edges between companies; un-merging closes the edge';
comment on column company_merge.workspace_id is 'Workspace [internal]';
comment on column company_merge.id is 'Id [public]';
comment on column company_merge.seq is 'Order of merges [internal]';
comment on column company_merge.winner_id is 'The company that stays [internal]';
comment on column company_merge.loser_id is 'The company that is read through the other [internal]';
comment on column company_merge.keep is 'Fields for which somebody chose whose value stays [internal]';
comment on column company_merge.evidence is 'Why [internal]';
comment on column company_merge.opened_at is 'Merged at [internal]';
comment on column company_merge.opened_by is 'Merged by [internal]';
comment on column company_merge.closed_at is 'Un-merged at [internal]';
comment on column company_merge.closed_by is 'Un-merged by [internal]';

select rapport.protect('company_merge');
do $$
declare
  app text := current_setting('rapport.role_prefix') || '_app';
begin
  execute format('revoke update, delete on company_merge from %I', app);
  execute format('grant update (closed_at, closed_by) on company_merge to %I', app);
end $$;
