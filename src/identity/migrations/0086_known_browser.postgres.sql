-- Browsers that an account was entered from: a sign-in from another one is told by mail.

create table known_browser (
  id uuid primary key,
  account_id uuid not null references account (id),
  digest bytea not null check (length(digest) = 32),
  user_agent text not null,
  first_seen_at timestamptz(3) not null,
  last_seen_at timestamptz(3) not null,
  unique (account_id, digest)
);
comment on table known_browser is 'A browser that an account was entered from, by a cookie that stays when one signs out';
comment on column known_browser.id is 'Known browser [internal]';
comment on column known_browser.account_id is 'Account that was entered [internal]';
comment on column known_browser.digest is 'SHA-256 of the token that the browser keeps [secret]';
comment on column known_browser.user_agent is 'Browser as it named itself when it signed in last [personal]';
comment on column known_browser.first_seen_at is 'When it signed in first [internal]';
comment on column known_browser.last_seen_at is 'When it signed in last [internal]';
select rapport.protect_global('known_browser');

comment on column mail.event is 'What happened to the account, or which browser signed in, where the message says so [internal]';
alter table mail drop constraint mail_purpose_check;
alter table mail add constraint mail_purpose_check
  check (purpose in ('invitation', 'password_reset', 'security', 'import_ended', 'detractor', 'new_sign_in'));
