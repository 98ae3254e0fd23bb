-- Why a row was rejected, a record was kept or a job stopped, for readers of other languages than English. Older ones have the
-- English text only.
alter table import_reject add column sentence jsonb;
comment on column import_reject.sentence is 'Why, as a code and its values [personal]';
alter table import_kept add column sentence jsonb;
comment on column import_kept.sentence is 'Why, as a code and its values [personal]';
alter table import_job add column failure_sentence jsonb;
comment on column import_job.failure_sentence is 'Why it stopped, as a code and its values [internal]';
