-- Saved views of lists: what a list is narrowed to, how it is sorted, which columns it has.

create table list_view (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null,
  name text not null,
  filter text not null default '',
  search text not null default '',
  sort text not null default '',
  columns jsonb,
  owner_id uuid,
  shared text not null check (shared in ('private', 'workspace', 'role')),
  role text,
  pinned boolean not null default false,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  deleted_at timestamptz(3),
  primary key (workspace_id, id),
  foreign key (workspace_id, owner_id) references member (workspace_id, id) on delete set null (owner_id),
  check ((shared = 'role') = (role is not null)),
  check (columns is null or jsonb_typeof(columns) = 'array')
);
create index list_view_kind on list_view (workspace_id, kind) where deleted_at is null;
create index list_view_owner on list_view (workspace_id, owner_id);
comment on table list_view is 'Saved views of lists';
comment on column list_view.workspace_id is 'Workspace [internal]';
comment on column list_view.id is 'View, as its address names it [internal]';
comment on column list_view.kind is 'Kind of record that it lists [internal]';
comment on column list_view.name is 'Name [internal]';
comment on column list_view.filter is 'Filter in its text form; may name people [personal]';
comment on column list_view.search is 'Searched words; may name people [personal]';
comment on column list_view.sort is 'Sort keys as the API takes them [internal]';
comment on column list_view.columns is 'Columns in their order with their widths; null for the usual ones [internal]';
comment on column list_view.owner_id is 'Member who saved it, null where a key did [internal]';
comment on column list_view.shared is 'Who sees it: its owner, the workspace or one role [internal]';
comment on column list_view.role is 'The role that it is shared with [internal]';
comment on column list_view.pinned is 'Stands as a tab above the list [internal]';
comment on column list_view.created_at is 'When it was saved [internal]';
comment on column list_view.updated_at is 'When it was last changed [internal]';
comment on column list_view.deleted_at is 'When it was deleted [internal]';
select rapport.protect('list_view');
select rapport.track('list_view', 'list_view');

create table list_view_default (
  workspace_id uuid not null,
  kind text not null,
  holder text not null,
  view_id uuid not null,
  primary key (workspace_id, kind, holder),
  foreign key (workspace_id, view_id) references list_view (workspace_id, id) on delete cascade
);
create index list_view_default_view on list_view_default (workspace_id, view_id);
comment on table list_view_default is 'The view that a list opens with: of a role, or of one member';
comment on column list_view_default.workspace_id is 'Workspace [internal]';
comment on column list_view_default.kind is 'Kind of record that is listed [internal]';
comment on column list_view_default.holder is 'role:… or member:… [internal]';
comment on column list_view_default.view_id is 'View [internal]';
select rapport.protect('list_view_default');
