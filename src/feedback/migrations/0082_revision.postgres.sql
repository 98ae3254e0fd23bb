-- Two people who change a survey at once: whoever comes second is told, rather than undoing what the first did.

alter table survey add column revision integer not null default 1 check (revision >= 1);
comment on column survey.revision is 'Counts every change of what respondents read or are asked [internal]';
