-- Surveys, personal links, and answers. An answer is written once and never changed.

create table survey (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  kind text not null check (kind in ('relational', 'transactional')),
  status text not null default 'draft' check (status in ('draft', 'open', 'closed')),
  anonymity text not null check (anonymity in ('identified', 'confidential', 'anonymous')),
  language text not null,
  languages text[] not null check (language = any (languages)),
  thank_you jsonb not null,
  version integer not null default 1 check (version >= 1),
  opened_at timestamptz(3),
  closed_at timestamptz(3),
  closes_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id) references workspace (id),
  -- So that a response can carry the anonymity it was given under, held by the database.
  unique (workspace_id, id, anonymity),
  check (status = 'draft' or opened_at is not null)
);
comment on table survey is 'A survey; its questions are survey_question';
comment on column survey.workspace_id is 'Workspace [internal]';
comment on column survey.id is 'Survey [internal]';
comment on column survey.name is 'Name for the team, not shown to respondents [internal]';
comment on column survey.kind is 'relational (the whole base at an interval) or transactional (after an event); never pooled [internal]';
comment on column survey.status is 'draft, open or closed [internal]';
comment on column survey.anonymity is 'identified, confidential (the person is stored and not shown) or anonymous (nobody is stored) [internal]';
comment on column survey.language is 'Language of those who speak none of the survey''s [public]';
comment on column survey.languages is 'Languages it can be answered in [public]';
comment on column survey.thank_you is 'Text after answering, by language [public]';
comment on column survey.version is 'Version of the questions that is asked now [internal]';
comment on column survey.opened_at is 'When it was first opened; from then on a change of questions makes a version [internal]';
comment on column survey.closed_at is 'When it was closed [internal]';
comment on column survey.closes_at is 'From when on it takes no answers [internal]';
comment on column survey.created_at is 'Created [internal]';
comment on column survey.updated_at is 'Changed [internal]';
create index survey_newest on survey (workspace_id, created_at desc, id desc);
select rapport.protect('survey');
select rapport.track('survey', 'survey');

create table survey_question (
  workspace_id uuid not null,
  survey_id uuid not null,
  version integer not null,
  id uuid not null,
  position smallint not null,
  measure text not null check (measure in ('nps', 'comment')),
  scale_min smallint,
  scale_max smallint,
  polarity smallint check (polarity in (1, -1)),
  label jsonb not null,
  options jsonb not null default '[]',
  required boolean not null,
  primary key (workspace_id, survey_id, version, id),
  unique (workspace_id, survey_id, version, position),
  foreign key (workspace_id, survey_id) references survey (workspace_id, id) on delete cascade,
  -- What is measured is declared, and its scale follows from it; nothing is guessed from a range.
  check (measure <> 'nps' or (scale_min, scale_max, polarity) = (0, 10, 1)),
  check ((measure = 'comment') = (scale_min is null) and (scale_min is null) = (scale_max is null) and (scale_min is null) = (polarity is null))
);
comment on table survey_question is 'The questions of each version of a survey; a question keeps its id from version to version';
comment on column survey_question.workspace_id is 'Workspace [internal]';
comment on column survey_question.survey_id is 'Survey [internal]';
comment on column survey_question.version is 'Version of the survey [internal]';
comment on column survey_question.id is 'Question, the same in every version [internal]';
comment on column survey_question.position is 'Order, from 0 [public]';
comment on column survey_question.measure is 'What it measures [public]';
comment on column survey_question.scale_min is 'Lowest answer [public]';
comment on column survey_question.scale_max is 'Highest answer [public]';
comment on column survey_question.polarity is '1 higher is better, -1 lower is better [public]';
comment on column survey_question.label is 'Its words, by language [public]';
comment on column survey_question.options is 'Points of the scale that carry words: [{id, label by language}], id being the answer [public]';
comment on column survey_question.required is 'Must be answered [public]';
select rapport.protect('survey_question');

create table invitation (
  workspace_id uuid not null,
  id uuid not null,
  survey_id uuid not null,
  person_id uuid not null,
  created_at timestamptz(3) not null default now(),
  created_by text not null,
  expires_at timestamptz(3) not null,
  opened_at timestamptz(3),
  started_at timestamptz(3),
  completed_at timestamptz(3),
  primary key (workspace_id, id),
  unique (workspace_id, id, survey_id),
  foreign key (workspace_id, survey_id) references survey (workspace_id, id),
  foreign key (workspace_id, person_id) references person (workspace_id, id) on delete cascade
);
comment on table invitation is 'A personal link: one person may answer one survey once with it';
comment on column invitation.workspace_id is 'Workspace [internal]';
comment on column invitation.id is 'Invitation [internal]';
comment on column invitation.survey_id is 'Survey [internal]';
comment on column invitation.person_id is 'Who is asked [personal]';
comment on column invitation.created_at is 'When it was made [internal]';
comment on column invitation.created_by is 'Who made it [internal]';
comment on column invitation.expires_at is 'From when on the link takes no answer [internal]';
comment on column invitation.opened_at is 'The page was first fetched, perhaps by a mail scanner [personal]';
comment on column invitation.started_at is 'An answer was first chosen or sent [personal]';
comment on column invitation.completed_at is 'The answer was recorded [personal]';
create index invitation_of_survey on invitation (workspace_id, survey_id, created_at desc, id desc);
create index invitation_of_person on invitation (workspace_id, person_id, survey_id);
select rapport.protect('invitation');

create table response (
  workspace_id uuid not null,
  id uuid not null,
  survey_id uuid not null,
  anonymity text not null,
  version integer not null,
  submission_id uuid not null,
  invitation_id uuid,
  person_id uuid,
  source text not null check (source in ('invitation', 'link', 'api')),
  language text not null,
  submitted_at timestamptz(3) not null,
  primary key (workspace_id, id),
  unique (workspace_id, submission_id),
  foreign key (workspace_id, survey_id, anonymity) references survey (workspace_id, id, anonymity) on update restrict,
  foreign key (workspace_id, invitation_id, survey_id) references invitation (workspace_id, id, survey_id) on delete set null (invitation_id),
  foreign key (workspace_id, person_id) references person (workspace_id, id) on delete set null (person_id),
  -- Anonymity is technical: no row of an anonymous survey can name anybody.
  check (anonymity <> 'anonymous' or (person_id is null and invitation_id is null))
);
comment on table response is 'One submission of a survey; what was answered is in answer';
comment on column response.workspace_id is 'Workspace [internal]';
comment on column response.id is 'Response; not ordered by time where the survey is not identified [internal]';
comment on column response.survey_id is 'Survey [internal]';
comment on column response.anonymity is 'Anonymity of the survey, under which it was given [internal]';
comment on column response.version is 'Version of the questions that were asked [internal]';
comment on column response.submission_id is 'Issued with the page: the same submission counts once [internal]';
comment on column response.invitation_id is 'The personal link it came by [personal]';
comment on column response.person_id is 'Who answered, as known then [personal]';
comment on column response.source is 'invitation (personal link), link (open link) or api [internal]';
comment on column response.language is 'Language of the page [internal]';
comment on column response.submitted_at is 'When it was submitted [internal]';
-- So that an answer can carry its person, held by the database: it names nobody whom its response does not name.
create unique index response_person on response (workspace_id, id, person_id);
create index response_uninvited on response (workspace_id, survey_id, submitted_at) where source <> 'invitation';
create unique index response_once on response (workspace_id, invitation_id) where invitation_id is not null;
create index response_newest on response (workspace_id, survey_id, submitted_at desc, id desc);
create index response_of_person on response (workspace_id, person_id, submitted_at desc) where person_id is not null;
select rapport.protect('response');

create table answer (
  workspace_id uuid not null,
  response_id uuid not null,
  question_id uuid not null,
  person_id uuid,
  survey_id uuid not null,
  version integer not null,
  measure text not null,
  scale_min smallint,
  scale_max smallint,
  polarity smallint,
  value numeric(9, 3),
  text text,
  answered_at timestamptz(3) not null,
  primary key (workspace_id, response_id, question_id),
  foreign key (workspace_id, response_id) references response (workspace_id, id) on delete cascade,
  foreign key (workspace_id, response_id, person_id) references response (workspace_id, id, person_id) on update cascade on delete cascade,
  foreign key (workspace_id, survey_id, version, question_id) references survey_question (workspace_id, survey_id, version, id),
  check (measure <> 'nps' or (text is null and value is not null and value between 0 and 10 and value = trunc(value))),
  check (measure <> 'comment' or (value is null and text is not null and text <> ''))
);
comment on table answer is 'The answer to one question; a skipped question has none. Carries the declaration of what it measures';
comment on column answer.workspace_id is 'Workspace [internal]';
comment on column answer.response_id is 'Response [internal]';
comment on column answer.question_id is 'Question [internal]';
comment on column answer.person_id is 'Who answered, as its response says [personal]';
comment on column answer.survey_id is 'Survey [internal]';
comment on column answer.version is 'Version of the question that was asked [internal]';
comment on column answer.measure is 'What it measures [internal]';
comment on column answer.scale_min is 'Lowest answer that was offered [internal]';
comment on column answer.scale_max is 'Highest answer that was offered [internal]';
comment on column answer.polarity is '1 higher is better, -1 lower is better [internal]';
comment on column answer.value is 'The answer on its scale [personal]';
comment on column answer.text is 'The answer in words [personal]';
comment on column answer.answered_at is 'When, as the response [internal]';
create index answer_of_measure on answer (workspace_id, survey_id, measure, answered_at) include (value, response_id, person_id) where value is not null;
select rapport.protect('answer');

-- How much one source has sent to an open link lately (GCRA: the theoretical arrival time).
create table submission_rate (
  workspace_id uuid not null,
  survey_id uuid not null,
  source_digest text not null,
  arrival_at timestamptz(3) not null,
  primary key (workspace_id, survey_id, source_digest)
);
comment on table submission_rate is 'Keeps one source from flooding an open survey link';
comment on column submission_rate.workspace_id is 'Workspace [internal]';
comment on column submission_rate.survey_id is 'Survey [internal]';
comment on column submission_rate.source_digest is 'Keyed digest of the network address, another one each day [internal]';
comment on column submission_rate.arrival_at is 'When the next submission would be due at the steady rate [internal]';
create index submission_rate_age on submission_rate (workspace_id, arrival_at);
select rapport.protect('submission_rate');

-- Answers are facts: what the application may do is add them.
do $$
begin
  execute format('revoke update, delete on response, answer from %I', current_setting('rapport.role_prefix') || '_app');
end $$;
