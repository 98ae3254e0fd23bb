-- Files people drop in, the imports made from them, and the rows that were refused.

create table import_file (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  sha256 text not null,
  size_bytes bigint not null,
  encoding text not null,
  lines bigint not null,
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  deleted_at timestamptz(3),
  primary key (workspace_id, id)
);
create index import_file_bytes on import_file (workspace_id, sha256) where deleted_at is null;
comment on table import_file is 'A file sent in to be imported; its bytes lie in the data folder under files/<workspace>/<sha256>';
comment on column import_file.workspace_id is 'Workspace [internal]';
comment on column import_file.id is 'Id [internal]';
comment on column import_file.name is 'Name it had on the sender''s machine [internal]';
comment on column import_file.sha256 is 'SHA-256 of the bytes [internal]';
comment on column import_file.size_bytes is 'Size as sent [internal]';
comment on column import_file.encoding is 'Encoding found by looking at every byte [internal]';
comment on column import_file.lines is 'Lines in it, unpacked [internal]';
comment on column import_file.created_by is 'Who sent it [internal]';
comment on column import_file.created_at is 'When [internal]';
comment on column import_file.deleted_at is 'When its bytes and the rejected rows were deleted [internal]';
select rapport.protect('import_file');

create table import_job (
  workspace_id uuid not null,
  id uuid not null,
  file_id uuid not null,
  kind text not null check (kind in ('person', 'company', 'interaction')),
  mode text not null check (mode in ('create', 'update', 'both')),
  status text not null check (status in ('queued', 'running', 'cancelling', 'cancelled', 'failed', 'done')),
  dry_run boolean not null,
  plan jsonb not null,
  header jsonb not null,
  cursor_row bigint not null default 0,
  rows bigint not null default 0,
  created bigint not null default 0,
  updated bigint not null default 0,
  unchanged bigint not null default 0,
  rejected bigint not null default 0,
  failure text,
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  primary key (workspace_id, id),
  foreign key (workspace_id, file_id) references import_file (workspace_id, id),
  check (rows = created + updated + unchanged + rejected)
);
create index import_job_file on import_job (workspace_id, file_id);
create index import_job_newest on import_job (workspace_id, created_at desc, id desc);
comment on table import_job is 'One import or dry run; cursor and counts commit together with the rows they speak of';
comment on column import_job.workspace_id is 'Workspace [internal]';
comment on column import_job.id is 'Id [internal]';
comment on column import_job.file_id is 'The file [internal]';
comment on column import_job.kind is 'What the rows are [internal]';
comment on column import_job.mode is 'Create, update or both [internal]';
comment on column import_job.status is 'Where it stands [internal]';
comment on column import_job.dry_run is 'True: nothing is written but counts and rejects [internal]';
comment on column import_job.plan is 'Dialect, mapping, settings and match [internal]';
comment on column import_job.header is 'Names of the columns in the file [internal]';
comment on column import_job.cursor_row is 'Last row of the file that is done [internal]';
comment on column import_job.rows is 'Rows done [internal]';
comment on column import_job.created is 'Rows that made a record [internal]';
comment on column import_job.updated is 'Rows that changed a record [internal]';
comment on column import_job.unchanged is 'Rows that said nothing new [internal]';
comment on column import_job.rejected is 'Rows refused [internal]';
comment on column import_job.failure is 'Why it stopped, for a person [internal]';
comment on column import_job.created_by is 'Who started it [internal]';
comment on column import_job.created_at is 'When it was asked for [internal]';
comment on column import_job.started_at is 'When it began [internal]';
comment on column import_job.finished_at is 'When it ended [internal]';
select rapport.protect('import_job');

create table import_reject (
  workspace_id uuid not null,
  import_id uuid not null,
  row_number bigint not null,
  cells jsonb not null,
  reason text not null,
  primary key (workspace_id, import_id, row_number),
  foreign key (workspace_id, import_id) references import_job (workspace_id, id) on delete cascade
);
comment on table import_reject is 'A row of a file that was refused, as it stood, with the reason';
comment on column import_reject.workspace_id is 'Workspace [internal]';
comment on column import_reject.import_id is 'The import [internal]';
comment on column import_reject.row_number is 'Row of the file, counted from 1 [internal]';
comment on column import_reject.cells is 'The cells as they stood in the file [sensitive]';
comment on column import_reject.reason is 'Why, for a person [personal]';
select rapport.protect('import_reject');

create table import_row (
  workspace_id uuid not null,
  digest bytea not null,
  record_id uuid not null,
  primary key (workspace_id, digest)
);
comment on table import_row is 'What rows became that say nothing to recognise them by: the same row again is the same record';
comment on column import_row.workspace_id is 'Workspace [internal]';
comment on column import_row.digest is 'SHA-256 of kind, source, cells and the place among equal rows of one file [internal]';
comment on column import_row.record_id is 'The record [internal]';
select rapport.protect('import_row');
