-- Whose relations somebody's are: the few who were merged are found without looking at everybody.
create index person_merged_root on person (workspace_id, root_id) where merged_into is not null;
