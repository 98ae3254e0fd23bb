-- What a pass of the projector takes out of the copy; empty between passes.
create table if not exists interaction_erased (id UUID) engine = MergeTree order by id;
