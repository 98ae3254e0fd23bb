-- Who is what to whom and when: works at, buys for, household, reports to, parent company.
create table relationship (
  workspace_id uuid not null,
  id uuid not null,
  type text collate "C" not null,
  person_id uuid,
  company_id uuid,
  other_person_id uuid,
  other_company_id uuid,
  role text,
  from_on date,
  to_on date,
  note text,
  follows boolean not null default false,
  replaces uuid,
  custom jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  deleted_at timestamptz(3),
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references person (workspace_id, id),
  foreign key (workspace_id, company_id) references company (workspace_id, id),
  foreign key (workspace_id, other_person_id) references person (workspace_id, id),
  foreign key (workspace_id, other_company_id) references company (workspace_id, id),
  check (from_on <= to_on),
  check (case type
    when 'works_at' then num_nonnulls(person_id, company_id) = 2 and num_nonnulls(other_person_id, other_company_id) = 0
    when 'buys_for' then num_nonnulls(person_id, company_id) = 2 and num_nonnulls(other_person_id, other_company_id) = 0
    when 'household' then num_nonnulls(person_id, other_person_id) = 2 and num_nonnulls(company_id, other_company_id) = 0
    when 'reports_to' then num_nonnulls(person_id, other_person_id) = 2 and num_nonnulls(company_id, other_company_id) = 0
    when 'parent_company' then num_nonnulls(company_id, other_company_id) = 2 and num_nonnulls(person_id, other_person_id) = 0
    else false end)
);
create index relationship_person on relationship (workspace_id, person_id) where person_id is not null;
create index relationship_company on relationship (workspace_id, company_id) where company_id is not null;
create index relationship_other_person on relationship (workspace_id, other_person_id) where other_person_id is not null;
create index relationship_other_company on relationship (workspace_id, other_company_id) where other_company_id is not null;
comment on table relationship is 'What people and companies are to each other, with a role and a period; read through the roots of merged ones';
comment on column relationship.workspace_id is 'Workspace [internal]';
comment on column relationship.id is 'Id [public]';
comment on column relationship.type is 'works_at, buys_for, household, reports_to, parent_company [internal]';
comment on column relationship.person_id is 'The person it is told of, kept through merges [internal]';
comment on column relationship.company_id is 'The company a person works at or buys for, or the one that has a parent [internal]';
comment on column relationship.other_person_id is 'The other of the household, or the one reported to [internal]';
comment on column relationship.other_company_id is 'The parent company [internal]';
comment on column relationship.role is 'In what role [personal]';
comment on column relationship.from_on is 'First day; empty when nobody knows it [internal]';
comment on column relationship.to_on is 'The day it ended; empty while it lasts [internal]';
comment on column relationship.note is 'Note [personal]';
comment on column relationship.follows is 'Opened because the person was given this company, and untouched since [internal]';
comment on column relationship.replaces is 'The period that ended when this one was opened [internal]';
comment on column relationship.custom is 'Not used: relations have no fields of the workspace''s own [personal]';
comment on column relationship.created_at is 'Created [internal]';
comment on column relationship.updated_at is 'Last change [internal]';
comment on column relationship.deleted_at is 'Deleted [internal]';
select rapport.protect('relationship');
select rapport.estimate('relationship', 'role', 'note');

-- An id in the order of time, as the program makes them (PostgreSQL has its own from version 18 on).
create function rapport.new_id() returns uuid
  language sql volatile
  return encode(set_bit(set_bit(
    overlay(uuid_send(gen_random_uuid())
      placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
    52, 1), 53, 1), 'hex')::uuid;

-- Everybody's employer as it stands. Of merged people the one who had it himself keeps it.
insert into relationship (workspace_id, id, type, person_id, company_id, role, follows, created_at, updated_at)
select p.workspace_id, rapport.new_id(), 'works_at', p.id, p.company_id, p.job_title, true, p.created_at, p.created_at
from person p
where p.company_id is not null and (p.own is null or not exists (
  select from person m where m.workspace_id = p.workspace_id and m.merged_into = p.id and m.company_id = p.company_id));

select rapport.track('relationship', 'relationship', array['follows', 'replaces']);

-- The company of a person is the main employer. Whoever writes it (a page, the API, an import, an event, an undo), the periods of
-- work follow here. What follows belongs to no request: it is taken back by taking back the company, not beside it.
create function rapport.employed() returns trigger
  language plpgsql security definer set search_path = rapport, pg_temp as $$
declare
  request text;
begin
  if exists (select from new_rows where company_id is not null) then
    request := coalesce(current_setting('rapport.request', true), '');
    perform set_config('rapport.request', '', true);
    insert into relationship (workspace_id, id, type, person_id, company_id, role, follows, created_at, updated_at)
    select workspace_id, new_id(), 'works_at', id, company_id, job_title, true, updated_at, updated_at
    from new_rows where company_id is not null;
    perform set_config('rapport.request', request, true);
  end if;
  return null;
end $$;
create trigger employed after insert on person referencing new table as new_rows for each statement execute function rapport.employed();

-- The periods of work that a person has at a company, whichever of those merged into either has them, the latest first.
create function rapport.periods_at(workspace uuid, person uuid, company uuid) returns setof relationship
  language sql stable set search_path = rapport, pg_temp
begin atomic
  select r.* from relationship r
  join person p on p.workspace_id = r.workspace_id and p.id = r.person_id
  join company c on c.workspace_id = r.workspace_id and c.id = r.company_id
  where r.workspace_id = workspace and p.root_id = person and r.type = 'works_at'
    and c.root_id = (select asked.root_id from company asked where asked.workspace_id = workspace and asked.id = company)
  order by r.to_on desc nulls first, r.id desc;
end;

create function rapport.changes_employer() returns trigger
  language plpgsql security definer set search_path = rapport, pg_temp as $$
declare
  request text := coalesce(current_setting('rapport.request', true), '');
  is_undo boolean := coalesce(current_setting('rapport.undoing', true), '') = 'on';
  is_merging boolean := coalesce(current_setting('rapport.merging', true), '') = 'on';
  is_back boolean := old.merged_into is not null and new.merged_into is null;
  today date;
  latest relationship;
  held relationship;
  replaced relationship;
begin
  -- A merge writes no periods: those of the merged are read through the root. Who comes back from one has again what was
  -- ended meanwhile, as he has again his company.
  if is_merging and not is_back then
    return null;
  end if;
  perform set_config('rapport.request', '', true);
  select (new.updated_at at time zone w.time_zone)::date into today from workspace w where w.id = new.workspace_id;
  if not is_back and old.company_id is not distinct from new.company_id then
    -- The job title is the role at the main employer, unless it was given another one.
    update relationship r set role = new.job_title, updated_at = new.updated_at
    from periods_at(new.workspace_id, new.id, new.company_id) p
    where r.workspace_id = new.workspace_id and r.id = p.id and p.to_on is null and p.deleted_at is null
      and p.role is not distinct from old.job_title;
  elsif not is_back and (select count(distinct root_id) = 1 and count(*) = 2 from company
    where workspace_id = new.workspace_id and id in (old.company_id, new.company_id)) then
    -- Another name of the same, since the two were merged.
    update relationship set company_id = new.company_id
    where workspace_id = new.workspace_id and person_id = new.id and company_id = old.company_id
      and type = 'works_at' and to_on is null;
  else
    if not is_back and old.company_id is not null then
      for held in select * from periods_at(new.workspace_id, new.id, old.company_id) where to_on is null and deleted_at is null loop
        select * into replaced from relationship where workspace_id = new.workspace_id and id = held.replaces;
        if held.follows and (
          (is_undo and new.company_id is null and held.replaces is null and held.created_at > new.created_at)
          or ((is_undo or held.from_on = today) and replaced.deleted_at is null
            and exists (select from periods_at(new.workspace_id, new.id, new.company_id) where id = replaced.id))) then
          -- Taken back: it never was.
          delete from relationship where workspace_id = new.workspace_id and id = held.id;
          update relationship set to_on = null, updated_at = new.updated_at
          where workspace_id = new.workspace_id and id = replaced.id and deleted_at is null
            and exists (select from periods_at(new.workspace_id, new.id, new.company_id) where id = replaced.id);
        else
          update relationship set to_on = greatest(today, from_on), updated_at = new.updated_at
          where workspace_id = new.workspace_id and id = held.id;
          latest := held;
        end if;
      end loop;
    end if;
    if new.company_id is not null and not exists (
      select from periods_at(new.workspace_id, new.id, new.company_id) where to_on is null and deleted_at is null) then
      select * into held from periods_at(new.workspace_id, new.id, new.company_id) where is_undo or is_back limit 1;
      if held.id is null then
        insert into relationship (workspace_id, id, type, person_id, company_id, role, from_on, follows, replaces, created_at, updated_at)
        values (new.workspace_id, new_id(), 'works_at', new.id, new.company_id, new.job_title,
          case when old.company_id is not null and not is_back then today end, true, latest.id, new.updated_at, new.updated_at);
      elsif held.deleted_at is null then
        update relationship set to_on = null, updated_at = new.updated_at
        where workspace_id = new.workspace_id and id = held.id;
      end if;
    end if;
  end if;
  perform set_config('rapport.request', request, true);
  return null;
end $$;
create trigger changes_employer after update on person for each row
  when (new.merged_into is null and (old.company_id is distinct from new.company_id
    or (new.company_id is not null and old.job_title is distinct from new.job_title)
    or (new.company_id is not null and old.merged_into is not null)))
  execute function rapport.changes_employer();
select rapport.allow('rapport.periods_at(uuid, uuid, uuid)', 'app');
