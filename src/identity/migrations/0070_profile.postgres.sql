-- What a person has set for himself, once for every device: language, time zone, which messages reach him.

alter table account
  add column language text check (language in ('en', 'de')),
  add column time_zone text,
  add column muted text[] not null default '{}';
comment on column account.language is 'Language of pages and messages; null: as the browser asks, and as the workspace in messages [internal]';
comment on column account.time_zone is 'IANA zone in which instants are shown to him; null: the workspace''s [internal]';
comment on column account.muted is 'Kinds of messages that he does not want [internal]';

alter table mail add column event text;
comment on column mail.event is 'What happened to the account, where the message says so [internal]';
alter table mail drop constraint mail_purpose_check;
alter table mail add constraint mail_purpose_check
  check (purpose in ('invitation', 'password_reset', 'security', 'import_ended', 'detractor'));

drop function rapport.post_mail(uuid, text, uuid, uuid, text, int, timestamptz);
-- In the caller's transaction: the message exists if and only if that commits. The workspace is the transaction's, or none.
create function rapport.post_mail(mail uuid, purpose text, account uuid, member uuid, event text, address text, max_attempts int, at timestamptz) returns void
  language plpgsql security definer set search_path = rapport, pg_temp as $$
begin
  insert into mail (id, workspace_id, purpose, account_id, member_id, event, address, created_at)
  values (post_mail.mail, rapport.workspace(), post_mail.purpose, account, member, post_mail.event, post_mail.address, at);
  perform graphile_worker.add_job('mail.send', json_build_object('id', post_mail.mail), max_attempts => post_mail.max_attempts);
end $$;
select rapport.allow('rapport.post_mail(uuid, text, uuid, uuid, text, text, int, timestamptz)', 'app', 'auth');
