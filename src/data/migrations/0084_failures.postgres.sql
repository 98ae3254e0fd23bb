-- A removal of the sample that cannot go on says so and can be begun again; why, in the reader's language.
alter table sample_load drop constraint sample_load_status_check;
alter table sample_load add constraint sample_load_status_check check (
  status in ('queued', 'loading', 'cancelling', 'cancelled', 'failed', 'loaded', 'removing', 'removal_failed')
);
alter table sample_load add column failure_sentence jsonb;
comment on column sample_load.failure_sentence is 'Why it stopped, as a code and its values [internal]';
