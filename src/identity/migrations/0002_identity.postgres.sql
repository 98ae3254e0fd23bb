-- Workspaces and who may enter them. Accounts, sessions, links and limits stand above workspaces: only role auth reads them.

create table account (
  id uuid primary key,
  email text collate "C" not null unique check (email = lower(btrim(email)) and email like '_%@_%'),
  name text not null,
  password_hash text,
  password_set_at timestamptz(3),
  is_installation_owner boolean not null default false,
  created_at timestamptz(3) not null default now()
);
comment on table account is 'A person who signs in, in as many workspaces as have a member for it';
comment on column account.id is 'Account [internal]';
comment on column account.email is 'E-mail address in its normal form: trimmed, lower case, otherwise exact [personal]';
comment on column account.name is 'Name [personal]';
comment on column account.password_hash is 'argon2id; null until a link has been used to choose a password [secret]';
comment on column account.password_set_at is 'When the password was last chosen [internal]';
comment on column account.is_installation_owner is 'May make workspaces and give out links that reset a password [internal]';
comment on column account.created_at is 'When [internal]';
select rapport.protect_global('account');

create table workspace (
  id uuid primary key,
  name text not null,
  slug text collate "C" not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$'),
  time_zone text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  locale text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
comment on table workspace is 'One company''s customers, apart from every other workspace of the installation';
comment on column workspace.id is 'Workspace [internal]';
comment on column workspace.name is 'Name [internal]';
comment on column workspace.slug is 'Short name for commands and addresses; does not change with the name [internal]';
comment on column workspace.time_zone is 'IANA zone in which its days begin [internal]';
comment on column workspace.currency is 'Currency of its totals [internal]';
comment on column workspace.locale is 'Language tag for texts to customers [internal]';
comment on column workspace.country is 'Country that local phone numbers are read in [internal]';
comment on column workspace.created_at is 'When [internal]';
comment on column workspace.updated_at is 'Last change [internal]';

-- A workspace carries its own id where other tables carry workspace_id, so its wall is built here by hand.
do $$
declare
  prefix text := current_setting('rapport.role_prefix');
begin
  alter table workspace enable row level security;
  alter table workspace force row level security;
  execute format('create policy app on workspace to %I using (id = (select rapport.workspace())) with check (id = (select rapport.workspace()))', prefix || '_app');
  execute format('create policy find on workspace for select to %I using (true)', prefix || '_find');
  execute format('create policy auth on workspace to %I using (true) with check (true)', prefix || '_auth');
  execute format('create policy system on workspace to %I using (true) with check (true)', prefix || '_system');
  execute format('grant select, update (name, time_zone, currency, locale, country, updated_at) on workspace to %I', prefix || '_app');
  execute format('grant select on workspace to %I', prefix || '_find');
  execute format('grant select, insert, update (name, time_zone, currency, locale, country, updated_at) on workspace to %I', prefix || '_auth');
  execute format('grant select, insert, update, delete on workspace to %I', prefix || '_system');
end $$;

create table member (
  workspace_id uuid not null references workspace (id),
  id uuid not null,
  account_id uuid not null references account (id),
  name text not null,
  email text collate "C" not null,
  role text not null check (role in ('owner', 'admin', 'manager', 'agent', 'viewer')),
  created_at timestamptz(3) not null default now(),
  joined_at timestamptz(3),
  disabled_at timestamptz(3),
  primary key (workspace_id, id),
  unique (workspace_id, account_id)
);
comment on table member is 'An account in a workspace. Role app cannot read accounts, so the name and address are kept here too';
comment on column member.workspace_id is 'Workspace [internal]';
comment on column member.id is 'Member [internal]';
comment on column member.account_id is 'Account that signs in [internal]';
comment on column member.name is 'Name of the account [personal]';
comment on column member.email is 'Address of the account [personal]';
comment on column member.role is 'Role; what it may do is in rights.contract.ts [internal]';
comment on column member.created_at is 'When added [internal]';
comment on column member.joined_at is 'When the person accepted; null while the invitation is open [internal]';
comment on column member.disabled_at is 'Since when the person may no longer enter [internal]';
create index member_account on member (account_id);
select rapport.protect('member');

create table role_reach (
  workspace_id uuid not null references workspace (id),
  role text not null check (role in ('manager', 'agent', 'viewer')),
  kind text collate "C" not null default '*',
  read text not null check (read in ('all', 'own', 'none')),
  write text not null check (write in ('all', 'own', 'none')),
  delete text not null check (delete in ('all', 'own', 'none')),
  primary key (workspace_id, role, kind)
);
comment on table role_reach is 'Which records a role reaches where the workspace has decided otherwise than usual';
comment on column role_reach.workspace_id is 'Workspace [internal]';
comment on column role_reach.role is 'Role [internal]';
comment on column role_reach.kind is 'Kind of record, or * for every other kind [internal]';
comment on column role_reach.read is 'Records that are seen [internal]';
comment on column role_reach.write is 'Records that may be changed [internal]';
comment on column role_reach.delete is 'Records that may be deleted [internal]';
select rapport.protect('role_reach');

create table api_key (
  workspace_id uuid not null references workspace (id),
  id uuid not null,
  name text not null,
  kind text not null check (kind in ('api', 'write')),
  role text check (role in ('owner', 'admin', 'manager', 'agent', 'viewer')),
  prefix text not null,
  digest bytea not null unique check (length(digest) = 32),
  created_by uuid,
  created_at timestamptz(3) not null default now(),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  origins text[] not null default '{}',
  events_per_minute integer check (events_per_minute > 0),
  primary key (workspace_id, id),
  foreign key (workspace_id, created_by) references member (workspace_id, id),
  check ((kind = 'api') = (role is not null)),
  check (kind = 'write' or (origins = '{}' and events_per_minute is null))
);
comment on table api_key is 'Keys of programs: api keys carry a role, write keys may only send events';
comment on column api_key.workspace_id is 'Workspace [internal]';
comment on column api_key.id is 'Key [internal]';
comment on column api_key.name is 'What it is for [internal]';
comment on column api_key.kind is 'api or write [internal]';
comment on column api_key.role is 'Role of an api key [internal]';
comment on column api_key.prefix is 'Its first characters, to recognise it by [internal]';
comment on column api_key.digest is 'SHA-256 of the key; the key itself is shown once and not kept [secret]';
comment on column api_key.created_by is 'Member who made it; null when made on the command line [internal]';
comment on column api_key.created_at is 'When [internal]';
comment on column api_key.last_used_at is 'Last use, to the minute [internal]';
comment on column api_key.revoked_at is 'Since when it is refused [internal]';
comment on column api_key.origins is 'Web pages that may send with a write key; none named: whoever has the key [internal]';
comment on column api_key.events_per_minute is 'Quota of a write key where it differs from that of the installation [internal]';
create index api_key_list on api_key (workspace_id, created_at desc, id desc);
select rapport.protect('api_key');

create table session (
  id uuid primary key,
  digest bytea not null unique check (length(digest) = 32),
  account_id uuid not null references account (id),
  workspace_id uuid references workspace (id),
  user_agent text not null,
  created_at timestamptz(3) not null,
  last_seen_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3)
);
comment on table session is 'A browser that is signed in; its cookie holds a random value of which only the digest is kept';
comment on column session.id is 'Session, as listed [internal]';
comment on column session.digest is 'SHA-256 of the cookie''s value [secret]';
comment on column session.account_id is 'Account [internal]';
comment on column session.workspace_id is 'Workspace the browser is looking at [internal]';
comment on column session.user_agent is 'Browser as it names itself [personal]';
comment on column session.created_at is 'Signed in [internal]';
comment on column session.last_seen_at is 'Last request, to the minute; silence ends the session [internal]';
comment on column session.expires_at is 'Ends then whatever happens [internal]';
comment on column session.revoked_at is 'Signed out or revoked [internal]';
create index session_account on session (account_id);
create index session_age on session (expires_at);
select rapport.protect_global('session');

create table setup_token (
  digest bytea primary key check (length(digest) = 32),
  purpose text not null check (purpose in ('installation', 'join', 'password')),
  account_id uuid references account (id),
  workspace_id uuid,
  member_id uuid,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  check ((purpose = 'installation') = (account_id is null)),
  check ((purpose = 'join') = (member_id is not null and workspace_id is not null))
);
comment on table setup_token is 'One-time links: to set up the installation, to join a workspace, to choose a new password';
comment on column setup_token.digest is 'SHA-256 of the token in the link [secret]';
comment on column setup_token.purpose is 'installation, join or password [internal]';
comment on column setup_token.account_id is 'Account the link is for [internal]';
comment on column setup_token.workspace_id is 'Workspace to join [internal]';
comment on column setup_token.member_id is 'Member that joins [internal]';
comment on column setup_token.created_at is 'When [internal]';
comment on column setup_token.expires_at is 'Refused after [internal]';
comment on column setup_token.used_at is 'Used; a link works once [internal]';
create index setup_token_account on setup_token (account_id);
select rapport.protect_global('setup_token');

create table sign_in_attempt (
  key bytea primary key,
  full_at timestamptz(3) not null
);
comment on table sign_in_attempt is 'How much of each sign-in limit is used up, over all processes';
comment on column sign_in_attempt.key is 'Keyed hash of the account, the address or both [personal]';
comment on column sign_in_attempt.full_at is 'When the limit will be full again [internal]';
create index sign_in_attempt_age on sign_in_attempt (full_at);
select rapport.protect_global('sign_in_attempt');

do $$
declare
  prefix text := current_setting('rapport.role_prefix');
  target text;
begin
  -- Nobody leaves without a trace: members are disabled and keys revoked, never deleted.
  execute format('revoke delete on member, api_key from %I', prefix || '_app');
  -- What a key digests to is nothing that a record query needs.
  execute format('revoke select on api_key from %I, %I', prefix || '_app', prefix || '_find');
  execute format('grant select (workspace_id, id, name, kind, role, prefix, created_by, created_at, last_used_at, revoked_at, origins, events_per_minute) on api_key to %I', prefix || '_app');
  foreach target in array array['member', 'api_key', 'role_reach'] loop
    execute format('create policy auth on %I to %I using (true) with check (true)', target, prefix || '_auth');
  end loop;
  execute format('grant select, insert, update (name, joined_at) on member to %I', prefix || '_auth');
  execute format('grant select, insert, update (last_used_at, revoked_at) on api_key to %I', prefix || '_auth');
  execute format('grant select on role_reach to %I', prefix || '_auth');
end $$;
