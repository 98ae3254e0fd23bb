-- The sample company of a workspace: how far it is loaded, and which records are its own, so that they can be taken away again.

create table sample_load (
  workspace_id uuid not null,
  id uuid not null,
  status text not null check (status in ('queued', 'loading', 'cancelling', 'cancelled', 'failed', 'loaded', 'removing')),
  seed text not null,
  today date not null,
  step int not null default 0,
  steps int not null default 1 check (steps > 0),
  failure text,
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  finished_at timestamptz(3),
  primary key (workspace_id),
  unique (workspace_id, id)
);
comment on table sample_load is 'The sample company of a workspace, one at most; step and data commit together';
comment on column sample_load.workspace_id is 'Workspace [internal]';
comment on column sample_load.id is 'Id: a second loading is another company [internal]';
comment on column sample_load.status is 'Where it stands [internal]';
comment on column sample_load.seed is 'What its chance begins with [internal]';
comment on column sample_load.today is 'Day up to which things have happened in it [internal]';
comment on column sample_load.step is 'Steps that are done [internal]';
comment on column sample_load.steps is 'Steps that there are [internal]';
comment on column sample_load.failure is 'Why it stopped, for a person [internal]';
comment on column sample_load.created_by is 'Who asked for it [internal]';
comment on column sample_load.created_at is 'When it was asked for [internal]';
comment on column sample_load.finished_at is 'When it was whole [internal]';
select rapport.protect('sample_load');

create table sample_record (
  workspace_id uuid not null,
  kind text not null,
  key text collate "C" not null,
  record_id uuid not null,
  primary key (workspace_id, kind, key),
  foreign key (workspace_id) references sample_load (workspace_id)
);
create unique index sample_record_id on sample_record (workspace_id, kind, record_id);
comment on table sample_record is 'Records that the sample company made';
comment on column sample_record.workspace_id is 'Workspace [internal]';
comment on column sample_record.kind is 'Kind of record: person, company, survey, view, field [internal]';
comment on column sample_record.key is 'What the record is called within the sample [internal]';
comment on column sample_record.record_id is 'The record [internal]';
select rapport.protect('sample_record');
