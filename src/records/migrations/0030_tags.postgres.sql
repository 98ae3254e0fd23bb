-- Tags: the one choice of a kind whose options are made while typing.
alter table field add column is_tags boolean not null default false check (not is_tags or type = 'options');
comment on column field.is_tags is 'Holds the tags of its kind: options are made while typing, merged and deleted under Tags [internal]';
create unique index field_tags on field (workspace_id, kind) where is_tags;
