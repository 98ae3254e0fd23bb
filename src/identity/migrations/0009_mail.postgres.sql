-- Messages to members. What is written in one is made when it is sent, so no link and no address is kept here.

create table mail (
  id uuid primary key,
  workspace_id uuid,
  purpose text not null check (purpose in ('invitation', 'password_reset')),
  account_id uuid,
  member_id uuid,
  address text not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'filed', 'failed')),
  folder text,
  reason text,
  attempts integer not null default 0,
  created_at timestamptz(3) not null,
  done_at timestamptz(3)
);
comment on table mail is 'A message that is to be sent or was: for whom and how it went, not what it says';
comment on column mail.id is 'Message [internal]';
comment on column mail.workspace_id is 'Workspace it concerns; null when it concerns an account alone [internal]';
comment on column mail.purpose is 'What it is for [internal]';
comment on column mail.account_id is 'Account it goes to; null when nobody has the address that was given [internal]';
comment on column mail.member_id is 'Member it is about [internal]';
comment on column mail.address is 'Address of the installation that its links begin with [internal]';
comment on column mail.state is 'waiting, sent, filed in a folder for want of a mail server, or failed [internal]';
comment on column mail.folder is 'Where it was filed [internal]';
comment on column mail.reason is 'Why the last attempt failed, as a code [internal]';
comment on column mail.attempts is 'How often it was tried [internal]';
comment on column mail.created_at is 'When [internal]';
comment on column mail.done_at is 'When it was sent, filed or given up [internal]';
create index mail_member on mail (member_id, created_at desc);
create index mail_age on mail (created_at);
select rapport.protect_global('mail');

-- In the caller's transaction: the message exists if and only if that commits. The workspace is the transaction's, or none.
create function rapport.post_mail(mail uuid, purpose text, account uuid, member uuid, address text, max_attempts int, at timestamptz) returns void
  language plpgsql security definer set search_path = rapport, pg_temp as $$
begin
  insert into mail (id, workspace_id, purpose, account_id, member_id, address, created_at)
  values (post_mail.mail, rapport.workspace(), post_mail.purpose, account, member, post_mail.address, at);
  perform graphile_worker.add_job('mail.send', json_build_object('id', post_mail.mail), max_attempts => post_mail.max_attempts);
end $$;
select rapport.allow('rapport.post_mail(uuid, text, uuid, uuid, text, int, timestamptz)', 'app', 'auth');
