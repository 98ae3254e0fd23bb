-- Passkeys: public keys of devices that sign somebody in, and the questions that are put to them.

create table passkey (
  id uuid primary key,
  account_id uuid not null references account (id),
  credential_id bytea not null unique check (length(credential_id) between 1 and 1023),
  public_key bytea not null,
  sign_count bigint not null default 0,
  rp_id text not null,
  name text not null,
  transports text[] not null default '{}',
  synced boolean not null,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3)
);
comment on table passkey is 'A key pair whose private half stays on a device or in a password manager (WebAuthn)';
comment on column passkey.id is 'Passkey [internal]';
comment on column passkey.account_id is 'Account it signs in [internal]';
comment on column passkey.credential_id is 'Its name on the device [internal]';
comment on column passkey.public_key is 'What its signatures are checked with, as COSE [internal]';
comment on column passkey.sign_count is 'Counter of the newest signature; stays 0 where the device counts nothing [internal]';
comment on column passkey.rp_id is 'Host name it was made for; it works nowhere else [internal]';
comment on column passkey.name is 'What its owner calls it [personal]';
comment on column passkey.transports is 'Ways the browser may reach it by [internal]';
comment on column passkey.synced is 'It is kept in a password manager and not on one device alone [internal]';
comment on column passkey.created_at is 'When it was made [internal]';
comment on column passkey.last_used_at is 'When it was last signed in with [internal]';
create index passkey_account on passkey (account_id);
select rapport.protect_global('passkey');

create table passkey_challenge (
  digest bytea primary key check (length(digest) = 32),
  purpose text not null check (purpose in ('sign_in', 'add')),
  challenge text not null,
  account_id uuid references account (id),
  expires_at timestamptz(3) not null,
  check (purpose = 'sign_in' or account_id is not null)
);
comment on table passkey_challenge is 'A question that was put to a device and waits for the answer; the first answer takes it away';
comment on column passkey_challenge.digest is 'SHA-256 of the token that the page holds [secret]';
comment on column passkey_challenge.purpose is 'To sign in, or to add a passkey [internal]';
comment on column passkey_challenge.challenge is 'What is to be signed [secret]';
comment on column passkey_challenge.account_id is 'The only account that may answer; null: whose passkey it is [internal]';
comment on column passkey_challenge.expires_at is 'Refused after [internal]';
create index passkey_challenge_age on passkey_challenge (expires_at);
select rapport.protect_global('passkey_challenge');

-- A passkey that asks for a finger, a face or a code is two factors in one.
alter table session add column passkey_id uuid references passkey (id) on delete set null;
comment on column session.passkey_id is 'Passkey it was opened with, or that was added in it; null: a password [internal]';
create index session_passkey on session (passkey_id);
