-- A second factor besides the password, codes for when it is lost, and what happened to how an account is entered.

create table second_factor (
  account_id uuid primary key references account (id),
  sealed bytea not null,
  last_counter bigint not null default 0,
  created_at timestamptz(3) not null,
  confirmed_at timestamptz(3)
);
comment on table second_factor is 'The secret that an authenticator application shares with us';
comment on column second_factor.account_id is 'Account [internal]';
comment on column second_factor.sealed is 'The secret, encrypted with a key of the installation [secret]';
comment on column second_factor.last_counter is 'Step of the newest code that was used; it and older ones are refused [internal]';
comment on column second_factor.created_at is 'When the setting up began [internal]';
comment on column second_factor.confirmed_at is 'When the first code was given; it counts from then on [internal]';
select rapport.protect_global('second_factor');

create table recovery_code (
  account_id uuid not null references account (id),
  digest bytea not null check (length(digest) = 32),
  primary key (account_id, digest)
);
comment on table recovery_code is 'Codes that replace the second factor, each once; a used one is deleted';
comment on column recovery_code.account_id is 'Account [internal]';
comment on column recovery_code.digest is 'SHA-256 of the code [secret]';
select rapport.protect_global('recovery_code');

create table sign_in_step (
  digest bytea primary key check (length(digest) = 32),
  account_id uuid not null references account (id),
  workspace_id uuid,
  attempts integer not null default 0,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);
comment on table sign_in_step is 'Somebody who has given the password and still owes the second factor';
comment on column sign_in_step.digest is 'SHA-256 of the token that the browser holds [secret]';
comment on column sign_in_step.account_id is 'Account [internal]';
comment on column sign_in_step.workspace_id is 'Workspace to look at afterwards [internal]';
comment on column sign_in_step.attempts is 'Codes that were tried [internal]';
comment on column sign_in_step.created_at is 'When the password was given [internal]';
comment on column sign_in_step.expires_at is 'Refused after [internal]';
create index sign_in_step_age on sign_in_step (expires_at);
select rapport.protect_global('sign_in_step');

create table account_event (
  id uuid primary key,
  account_id uuid not null references account (id),
  kind text not null,
  actor text not null,
  at timestamptz(3) not null
);
comment on table account_event is 'What changed in how an account is entered; only ever added to';
comment on column account_event.id is 'Event [internal]';
comment on column account_event.account_id is 'Account [internal]';
comment on column account_event.kind is 'What happened [internal]';
comment on column account_event.actor is 'Who did it: account:<id>, member:<id> or system:command-line [internal]';
comment on column account_event.at is 'When [internal]';
create index account_event_account on account_event (account_id, at desc);
select rapport.protect_global('account_event');

alter table workspace add column second_factor_required boolean not null default false;
comment on column workspace.second_factor_required is 'Members come in with a second factor only [internal]';

do $$
declare
  prefix text := current_setting('rapport.role_prefix');
begin
  execute format('revoke update, delete on account_event from %I', prefix || '_auth');
  execute format('grant update (second_factor_required) on workspace to %I, %I', prefix || '_app', prefix || '_auth');
end $$;
