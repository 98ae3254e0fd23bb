-- What a member opened last: ids and instants, a few for each member, no more than leads back to them.
create table recent_record (
  workspace_id uuid not null,
  member_id uuid not null,
  kind text not null,
  record_id uuid not null,
  viewed_at timestamptz(3) not null,
  primary key (workspace_id, member_id, kind, record_id),
  foreign key (workspace_id, member_id) references member (workspace_id, id) on delete cascade
);
comment on table recent_record is 'Records that a member opened last; the oldest go when newer ones come';
comment on column recent_record.workspace_id is 'Workspace [internal]';
comment on column recent_record.member_id is 'Who opened it [internal]';
comment on column recent_record.kind is 'Kind of record [internal]';
comment on column recent_record.record_id is 'Record [internal]';
comment on column recent_record.viewed_at is 'When it was last opened [internal]';
select rapport.protect('recent_record');
