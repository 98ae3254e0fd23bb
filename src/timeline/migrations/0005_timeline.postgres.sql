-- The customer's side of the two logs: interactions, each counted once for ever, and what carries them to ClickHouse.

create table interaction (
  workspace_id uuid not null,
  id uuid not null,
  occurred_at timestamptz(3) not null,
  received_at timestamptz(3) not null,
  sent_at timestamptz(3),
  original_at timestamptz(3),
  identifier_id bigint not null,
  identifier_ids bigint[] not null,
  channel text not null,
  kind text not null,
  name text,
  source text,
  direction text,
  amount_minor bigint,
  currency text,
  feeling real,
  score numeric,
  ref_kind text,
  ref_id text,
  member_id uuid,
  text text,
  properties jsonb not null default '{}',
  context jsonb not null default '{}',
  message_id text not null,
  group_id text,
  folds boolean not null default false,
  xid xid8 not null default pg_current_xact_id(),
  primary key (workspace_id, occurred_at, id),
  check ((amount_minor is null) = (currency is null)),
  check (feeling between -1 and 1)
) partition by range (occurred_at);
comment on table interaction is 'One event between a customer and us; immutable, erasure is the only rewrite';
comment on column interaction.workspace_id is 'Workspace [internal]';
comment on column interaction.id is 'Id [internal]';
comment on column interaction.occurred_at is 'When it happened, with the error of the sender''s clock taken out [internal]';
comment on column interaction.received_at is 'When it reached us [internal]';
comment on column interaction.sent_at is 'When the sender sent it, by the sender''s clock [internal]';
comment on column interaction.original_at is 'When it happened, by the sender''s clock [internal]';
comment on column interaction.identifier_id is 'The most telling identifier that was seen [internal]';
comment on column interaction.identifier_ids is 'All identifiers that were seen [internal]';
comment on column interaction.channel is 'Channel: web, shop, phone… [public]';
comment on column interaction.kind is 'Kind: page_view, purchase, call… [public]';
comment on column interaction.name is 'Name of the event or page [internal]';
comment on column interaction.source is 'What reported it: an SDK, an import, a survey [internal]';
comment on column interaction.direction is 'inbound or outbound [public]';
comment on column interaction.amount_minor is 'What it was worth in minor units of the currency; refunds are negative [internal]';
comment on column interaction.currency is 'ISO 4217 code [public]';
comment on column interaction.feeling is 'How it felt, from -1 to 1 [internal]';
comment on column interaction.score is 'A score given, on its own scale [internal]';
comment on column interaction.ref_kind is 'Kind of record it refers to [internal]';
comment on column interaction.ref_id is 'Id of the record it refers to [internal]';
comment on column interaction.member_id is 'Who of us took part [internal]';
comment on column interaction.text is 'What was said, or one line that says what happened [personal]';
comment on column interaction.properties is 'Free properties; the traits of an identify or group [personal]';
comment on column interaction.context is 'Device, page, library as the sender saw them [personal]';
comment on column interaction.message_id is 'The sender''s id of the message [internal]';
comment on column interaction.group_id is 'The group that a group call names [internal]';
comment on column interaction.folds is 'May teach us something about people or companies: read by the fold [internal]';
comment on column interaction.xid is 'Transaction that wrote it: the order in which it is carried on [internal]';

create index interaction_identifier on interaction (workspace_id, identifier_id, occurred_at desc, id desc);
create index interaction_xid on interaction (xid);
create index interaction_folds on interaction (xid, workspace_id) where folds;

select rapport.protect('interaction');
do $$
begin
  execute format('revoke update, delete on interaction from %I', current_setting('rapport.role_prefix') || '_app');
end $$;

-- Months are made ahead by the worker and on demand for old data. Before 2000 there is one partition; years ahead there is none.
create table interaction_before_2000 partition of interaction for values from (minvalue) to ('2000-01-01 00:00:00+00');
alter table interaction_before_2000 enable row level security;
alter table interaction_before_2000 force row level security;

create function rapport.make_interaction_months(months date[]) returns int
  language plpgsql security definer set search_path = rapport, pg_temp as $$
declare
  month date;
  child text;
  made int := 0;
begin
  foreach month in array months loop
    month := date_trunc('month', month)::date;
    continue when month < '2000-01-01';
    if month > (now() at time zone 'UTC')::date + 400 then
      raise exception 'no interactions are kept for %', month using errcode = '22008';
    end if;
    child := 'interaction_' || to_char(month, 'YYYY_MM');
    continue when to_regclass('rapport.' || child) is not null;
    perform pg_advisory_xact_lock(7241005);
    -- Asked of the table itself: what to_regclass remembers may be from before the wait.
    continue when exists (select from pg_class where relnamespace = 'rapport'::regnamespace and relname = child);
    -- Made apart and then attached: that lets readers and writers of the other months go on.
    execute format('create table %I (like interaction including all)', child);
    execute format('alter table %I enable row level security', child);
    execute format('alter table %I force row level security', child);
    execute format('alter table interaction attach partition %I for values from (%L) to (%L)', child,
      month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
    made := made + 1;
  end loop;
  return made;
end $$;
select rapport.allow('rapport.make_interaction_months(date[])', 'app', 'system');

-- A message counts once, for ever. Partitioned by hash: a unique key over interaction would have to contain the time,
-- and the corrected time of a message that is sent again differs.
create table message_digest (
  workspace_id uuid not null,
  digest uuid not null,
  primary key (workspace_id, digest)
) partition by hash (digest);
comment on table message_digest is 'Digest of every message ever counted';
comment on column message_digest.workspace_id is 'Workspace [internal]';
comment on column message_digest.digest is 'The first 16 bytes of SHA-256 of the message id [internal]';
select rapport.protect('message_digest');
do $$
begin
  for n in 0..15 loop
    execute format('create table message_digest_%s partition of message_digest for values with (modulus 16, remainder %s)', n, n);
    execute format('alter table message_digest_%s enable row level security', n);
    execute format('alter table message_digest_%s force row level security', n);
  end loop;
  execute format('revoke update, delete on message_digest from %I', current_setting('rapport.role_prefix') || '_app');
end $$;

-- What was refused and why: a ring, so that a misbehaving sender cannot fill the disk.
create table rejected_event (
  workspace_id uuid not null,
  slot int not null check (slot between 0 and 499),
  received_at timestamptz(3) not null,
  code text not null,
  detail text not null,
  message_id text,
  source text,
  sample text not null,
  primary key (workspace_id, slot)
);
comment on table rejected_event is 'The latest events that were refused, with reasons, for the events page';
comment on column rejected_event.workspace_id is 'Workspace [internal]';
comment on column rejected_event.slot is 'Place in the ring [internal]';
comment on column rejected_event.received_at is 'When [internal]';
comment on column rejected_event.code is 'Reason, as a stable code [internal]';
comment on column rejected_event.detail is 'Reason, as a sentence [internal]';
comment on column rejected_event.message_id is 'The sender''s id of the message [internal]';
comment on column rejected_event.source is 'Name of the write key [internal]';
comment on column rejected_event.sample is 'The beginning of the event [personal]';
select rapport.protect('rejected_event');
create sequence rejected_event_slot minvalue 0 maxvalue 499 cycle;

-- How far the fold into people and companies has come in each workspace; moves in the transaction that folds.
create table fold_cursor (
  workspace_id uuid primary key,
  position xid8 not null,
  updated_at timestamptz(3) not null default now()
);
comment on table fold_cursor is 'How far events have been folded into people and companies';
comment on column fold_cursor.workspace_id is 'Workspace [internal]';
comment on column fold_cursor.position is 'Everything written by earlier transactions is folded [internal]';
comment on column fold_cursor.updated_at is 'When [internal]';
select rapport.protect('fold_cursor');

-- How far each log has been carried to ClickHouse. The end of a batch is committed here before the batch is sent.
create table projection (
  name text primary key,
  epoch int not null default 1,
  cluster text,
  position xid8 not null default '0',
  batch int not null default 0,
  pending_position xid8,
  sent_rows bigint not null default 0,
  rebuilt_at timestamptz(3),
  updated_at timestamptz(3) not null default now()
);
comment on table projection is 'Cursors of the projection to ClickHouse';
comment on column projection.name is 'What is projected [internal]';
comment on column projection.epoch is 'Grows when the copy has to be made anew [internal]';
comment on column projection.cluster is 'The PostgreSQL cluster whose transaction numbers these are [internal]';
comment on column projection.position is 'Everything written by earlier transactions has been sent [internal]';
comment on column projection.batch is 'Number of the last batch that was delivered [internal]';
comment on column projection.pending_position is 'End of the batch that is under way: a resend is the same batch [internal]';
comment on column projection.sent_rows is 'Rows delivered in this epoch [internal]';
comment on column projection.rebuilt_at is 'When the copy was last made anew [internal]';
comment on column projection.updated_at is 'When the cursor last moved [internal]';
alter table projection enable row level security;
alter table projection force row level security;
do $$
declare
  prefix text := current_setting('rapport.role_prefix');
begin
  execute format('create policy system on projection to %I using (true) with check (true)', prefix || '_system');
  execute format('grant select, insert, update, delete on projection to %I', prefix || '_system');
  execute format('grant usage on sequence rejected_event_slot to %I', prefix || '_app');
end $$;
insert into projection (name) values ('interaction'), ('owner'), ('fold');
