-- Workbooks, archives and the like are kept as they were sent, beside the text of their tables, so that whoever sent one can have
-- it back.
alter table import_file add column sent_sha256 text;
comment on column import_file.sent_sha256 is 'SHA-256 of the file as it was sent; null where only its tables were kept [internal]';
create index import_file_sent on import_file (workspace_id, sent_sha256) where deleted_at is null;
