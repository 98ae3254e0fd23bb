-- Every measure beside NPS, surveys of several questions, and what an answer says of its weight, place and touchpoint.

alter table survey_question
  drop constraint survey_question_measure_check,
  drop constraint survey_question_check,
  drop constraint survey_question_check1,
  add column touchpoint text check (touchpoint <> ''),
  add constraint survey_question_measure check (
    (measure in ('comment', 'choice') and scale_min is null and scale_max is null and polarity is null)
    -- What is measured is declared, and its scale follows from it; nothing is guessed from a range.
    or (scale_min is not null and scale_max is not null and polarity is not null
      and (measure, scale_min, scale_max, polarity) in (('nps', 0, 10, 1), ('csat', 1, 5, 1), ('ces_2', 1, 7, 1),
        ('ces_1', 1, 5, -1), ('star', 1, 5, 1), ('expectation', 1, 5, 1), ('intent', 0, 10, 1))));
comment on column survey_question.touchpoint is 'The part of the journey that it asks about [internal]';
comment on column survey_question.options is 'Points of the scale that carry words, id being the answer, or the choices: [{id, label by language}] [public]';

alter table response drop constraint response_source_check,
  add constraint response_source check (source in ('invitation', 'link', 'api', 'import'));
comment on column response.source is 'invitation (personal link), link (open link), api or import [internal]';

alter table answer
  drop constraint answer_check,
  drop constraint answer_check1,
  add column choice text,
  add column weight double precision check (weight > 0 and weight < 1e9),
  add column place text check (place <> ''),
  add column touchpoint text check (touchpoint <> ''),
  add column main boolean not null default true,
  add constraint answer_measure check (
    case measure
      when 'comment' then value is null and choice is null and text is not null and text <> '' and scale_min is null
      when 'choice' then value is null and text is null and choice is not null and choice <> '' and scale_min is null
      else text is null and choice is null and value is not null and scale_min is not null and scale_max is not null
        and polarity is not null and value = trunc(value) and value between scale_min and scale_max
        and (measure, scale_min, scale_max, polarity) in (('nps', 0, 10, 1), ('csat', 1, 5, 1), ('ces_2', 1, 7, 1),
          ('ces_1', 1, 5, -1), ('star', 1, 5, 1), ('expectation', 1, 5, 1), ('intent', 0, 10, 1))
    end);
comment on column answer.choice is 'The option that was chosen [personal]';
comment on column answer.weight is 'How much it counts in weighted scores, as it came with the answer; null counts as 1 [internal]';
comment on column answer.place is 'Where it was given or what place it is about [internal]';
comment on column answer.touchpoint is 'The part of the journey that it is about [internal]';
comment on column answer.main is 'The first question of its measure in the survey: what the headline counts [internal]';

drop index answer_of_measure;
create index answer_of_measure on answer (workspace_id, survey_id, measure, answered_at)
  include (value, response_id, person_id, weight) where value is not null and main;
create index answer_of_part on answer (workspace_id, survey_id, measure, touchpoint, answered_at)
  where value is not null and (not main or touchpoint is not null);
