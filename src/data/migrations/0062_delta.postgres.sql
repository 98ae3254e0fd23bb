-- Imports of a newer export of the same list: only what changed there since the last one is applied.
alter table import_job
  add column since_id uuid,
  add column series_id uuid,
  add column conflicts bigint not null default 0,
  add column gone bigint not null default 0,
  add foreign key (workspace_id, since_id) references import_job (workspace_id, id);
create index import_job_series on import_job (workspace_id, series_id) where series_id is not null;
comment on column import_job.since_id is 'The import whose file this one is compared with; none where it stands alone [internal]';
comment on column import_job.series_id is 'The first import of the series that this one goes on; none where it stands alone [internal]';
comment on column import_job.conflicts is 'Values that were changed here and in the file since the last import [internal]';
comment on column import_job.gone is 'Records of the last file that are not in this one [internal]';

create table import_conflict (
  workspace_id uuid not null,
  id bigint generated always as identity,
  import_id uuid not null,
  row_number bigint not null,
  kind text not null,
  record_id uuid,
  name text,
  field text,
  here text,
  there text,
  taken boolean not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, import_id) references import_job (workspace_id, id) on delete cascade
);
create index import_conflict_import on import_conflict (workspace_id, import_id, id);
comment on table import_conflict is 'What was changed here and in the file since the last import of a series; goes with the file';
comment on column import_conflict.workspace_id is 'Workspace [internal]';
comment on column import_conflict.id is 'Order [internal]';
comment on column import_conflict.import_id is 'The import [internal]';
comment on column import_conflict.row_number is 'Row of the file, counted from 1 [internal]';
comment on column import_conflict.kind is 'Kind of record [internal]';
comment on column import_conflict.record_id is 'The record; none where it was deleted here [internal]';
comment on column import_conflict.name is 'What the row calls it [personal]';
comment on column import_conflict.field is 'The field; none where the whole record was deleted here [internal]';
comment on column import_conflict.here is 'The value here, for a person [sensitive]';
comment on column import_conflict.there is 'The cell of the file [sensitive]';
comment on column import_conflict.taken is 'True: the value of the file was written; false: the one here stayed [internal]';
select rapport.protect('import_conflict');

create table import_gone (
  workspace_id uuid not null,
  import_id uuid not null,
  record_id uuid not null,
  kind text not null,
  row_number bigint not null,
  primary key (workspace_id, import_id, record_id),
  foreign key (workspace_id, import_id) references import_job (workspace_id, id) on delete cascade
);
comment on table import_gone is 'Records that were in the last file of a series and are not in this one';
comment on column import_gone.workspace_id is 'Workspace [internal]';
comment on column import_gone.import_id is 'The import [internal]';
comment on column import_gone.record_id is 'The record [internal]';
comment on column import_gone.kind is 'Kind of record [internal]';
comment on column import_gone.row_number is 'Row of the last file, counted from 1 [internal]';
select rapport.protect('import_gone');
