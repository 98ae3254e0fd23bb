-- Relations as a kind of import.
alter table import_job drop constraint import_job_kind_check;
alter table import_job add constraint import_job_kind_check check (kind in ('person', 'company', 'interaction', 'answer', 'relation'));
