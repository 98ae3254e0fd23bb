-- Whether answers carry weights, and which places they name, is asked of every figure: not by reading all of them.

create index answer_weighted on answer (workspace_id, survey_id, measure) where weight is not null;
create index answer_placed on answer (workspace_id, survey_id, measure, place) where place is not null;
