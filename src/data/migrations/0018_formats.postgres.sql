-- Files that are no CSV: their tables are kept as text, one behind the other.

alter table import_file add column format text not null default 'csv';
alter table import_file add column tables jsonb;
comment on column import_file.format is 'What it was when it was sent: csv, workbook, vcard, xes or json_lines [internal]';
comment on column import_file.tables is 'Sheets and the like: name, rows and where the bytes of each begin and end; null for CSV [internal]';
comment on column import_file.sha256 is 'SHA-256 of the bytes that are kept [internal]';
