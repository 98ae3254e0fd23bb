-- Imports that can pause, and be undone as a whole.
alter table import_job drop constraint import_job_status_check;
alter table import_job add constraint import_job_status_check check (status in (
  'queued', 'running', 'pausing', 'paused', 'cancelling', 'cancelled', 'failed', 'done', 'undoing', 'undo_failed', 'undone'));
alter table import_job
  add column undo_id uuid,
  add column undo_by text,
  add column undo_started_at timestamptz(3),
  add column undone_at timestamptz(3),
  add column undo_before bigint,
  add column undo_total bigint not null default 0,
  add column undo_done bigint not null default 0,
  add column undo_deleted bigint not null default 0,
  add column undo_reverted bigint not null default 0,
  add column undo_interactions bigint not null default 0,
  add column undo_kept bigint not null default 0;
comment on column import_job.undo_id is 'Request under which the undo writes its changes [internal]';
comment on column import_job.undo_by is 'Who undid it [internal]';
comment on column import_job.undo_started_at is 'When the undo was asked for [internal]';
comment on column import_job.undone_at is 'When the undo ended [internal]';
comment on column import_job.undo_before is 'The change that the undo has reached, going backwards [internal]';
comment on column import_job.undo_total is 'Changes and interactions to undo [internal]';
comment on column import_job.undo_done is 'Of these, looked at [internal]';
comment on column import_job.undo_deleted is 'Records deleted again [internal]';
comment on column import_job.undo_reverted is 'Records that got their values back [internal]';
comment on column import_job.undo_interactions is 'Interactions taken out again [internal]';
comment on column import_job.undo_kept is 'Records or fields left as they are, with reasons [internal]';

create table import_chunk (
  workspace_id uuid not null,
  import_id uuid not null,
  last_row bigint not null,
  ids uuid[] not null,
  times timestamptz(3)[] not null,
  primary key (workspace_id, import_id, last_row),
  foreign key (workspace_id, import_id) references import_job (workspace_id, id) on delete cascade
);
comment on table import_chunk is 'Which interactions a part of an import brought, so that it can be undone; goes when they are taken out';
comment on column import_chunk.workspace_id is 'Workspace [internal]';
comment on column import_chunk.import_id is 'The import [internal]';
comment on column import_chunk.last_row is 'Last row of the file in this part [internal]';
comment on column import_chunk.ids is 'Ids of the interactions [internal]';
comment on column import_chunk.times is 'When they happened, in the same order [internal]';
select rapport.protect('import_chunk');

create table import_kept (
  workspace_id uuid not null,
  id bigint generated always as identity,
  import_id uuid not null,
  kind text not null,
  record_id uuid not null,
  field text,
  reason text not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, import_id) references import_job (workspace_id, id) on delete cascade
);
create index import_kept_import on import_kept (workspace_id, import_id, id);
comment on table import_kept is 'What the undo of an import left as it is, record by record';
comment on column import_kept.workspace_id is 'Workspace [internal]';
comment on column import_kept.id is 'Order [internal]';
comment on column import_kept.import_id is 'The import [internal]';
comment on column import_kept.kind is 'Kind of record [internal]';
comment on column import_kept.record_id is 'The record [internal]';
comment on column import_kept.field is 'The field; none where it is the whole record [internal]';
comment on column import_kept.reason is 'Why, for a person [internal]';
select rapport.protect('import_kept');
