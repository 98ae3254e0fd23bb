-- Survey answers as a kind of import.
alter table import_job drop constraint import_job_kind_check;
alter table import_job add constraint import_job_kind_check check (kind in ('person', 'company', 'interaction', 'answer'));
alter table import_chunk add column response_ids uuid[] not null default '{}';
comment on column import_chunk.response_ids is 'Ids of the responses to a survey [internal]';
