-- Why an event was refused, for readers of other languages than English. Older ones have the English text only.
alter table rejected_event add column sentence jsonb;
comment on column rejected_event.sentence is 'Reason, as a code and its values [personal]';
