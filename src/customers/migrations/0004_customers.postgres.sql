-- People, companies and the identity graph: which identifier belonged to whom and when, merges as edges, what waits for a person's decision.
create table company (
  workspace_id uuid not null,
  id uuid not null,
  merged_into uuid,
  root_id uuid not null generated always as (coalesce(merged_into, id)) stored,
  name text,
  domain text,
  industry text,
  phone text,
  employees bigint,
  revenue_minor bigint,
  currency text,
  city text,
  region text,
  country text,
  owner_id uuid,
  external_id text,
  custom jsonb not null default '{}',
  traits jsonb not null default '{}',
  as_of jsonb not null default '{}',
  own jsonb,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  deleted_at timestamptz(3),
  name_sort text collate "C" generated always as (rapport.normal(coalesce(name, domain, ''))) stored,
  domain_norm text collate "C" generated always as (lower(domain)) stored,
  phone_digits text collate "C" generated always as (rapport.digits(phone)) stored,
  search_text text generated always as (rapport.normal(
    coalesce(name, '') || ' ' || coalesce(domain, '') || ' ' || coalesce(rapport.digits(phone), '') || ' ' || coalesce(external_id, '')
  )) stored,
  primary key (workspace_id, id),
  foreign key (workspace_id, merged_into) references company (workspace_id, id),
  foreign key (workspace_id, owner_id) references member (workspace_id, id) on delete set null (owner_id)
);
create index company_name on company (workspace_id, name_sort, id) where deleted_at is null;
create index company_created on company (workspace_id, created_at, id) where merged_into is null and deleted_at is null;
create index company_updated on company (workspace_id, updated_at, id) where merged_into is null and deleted_at is null;
-- What points at a company is read through its root: from a root to all that is read through it.
create index company_root on company (workspace_id, root_id, id);
create index company_domain on company (workspace_id, domain_norm) where domain_norm is not null;
create index company_owner on company (workspace_id, owner_id) where owner_id is not null;
create index company_external_id on company (workspace_id, external_id) where external_id is not null;
create index company_search on company using gin (workspace_id, search_text public.gin_trgm_ops);
comment on table company is 'Organisations that are customers or may become so; a merged company keeps its row and is read through root_id';
comment on column company.workspace_id is 'Workspace [internal]';
comment on column company.id is 'Id [public]';
comment on column company.merged_into is 'The company this one was merged into, at the end of the chain [internal]';
comment on column company.root_id is 'The company to read: itself unless merged [internal]';
comment on column company.name is 'Name [internal]';
comment on column company.domain is 'Internet domain [internal]';
comment on column company.industry is 'Industry [internal]';
comment on column company.phone is 'Phone number, international form where it is a valid one [internal]';
comment on column company.employees is 'Number of employees [internal]';
comment on column company.revenue_minor is 'Yearly revenue in minor units of the currency [internal]';
comment on column company.currency is 'Currency of the revenue [internal]';
comment on column company.city is 'City [internal]';
comment on column company.region is 'State or region [internal]';
comment on column company.country is 'Country [internal]';
comment on column company.owner_id is 'Member who looks after the company [internal]';
comment on column company.external_id is 'Id in the system the company came from [internal]';
comment on column company.custom is 'Values of the custom fields, each with its own class [personal]';
comment on column company.traits is 'Traits that arrived with events and are no field [personal]';
comment on column company.as_of is 'Since when each field is so, where events told it [internal]';
comment on column company.own is 'While others are merged into this company: its own values, so that un-merging is exact [personal]';
comment on column company.created_at is 'Created [internal]';
comment on column company.updated_at is 'Last change [internal]';
comment on column company.deleted_at is 'Deleted [internal]';
comment on column company.name_sort is 'Normal form of the name, for sorting [internal]';
comment on column company.domain_norm is 'Normal form of the domain [internal]';
comment on column company.phone_digits is 'Digits of the phone number [internal]';
comment on column company.search_text is 'What the search looks into [internal]';
create table person (
  workspace_id uuid not null,
  id uuid not null,
  merged_into uuid,
  root_id uuid not null generated always as (coalesce(merged_into, id)) stored,
  name text,
  given_name text,
  family_name text,
  email text,
  phone text,
  job_title text,
  company_id uuid,
  owner_id uuid,
  city text,
  region text,
  country text,
  language text,
  time_zone text,
  external_id text,
  do_not_contact boolean,
  custom jsonb not null default '{}',
  traits jsonb not null default '{}',
  as_of jsonb not null default '{}',
  own jsonb,
  first_seen_at timestamptz(3),
  last_seen_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  deleted_at timestamptz(3),
  name_sort text collate "C" generated always as (rapport.normal(coalesce(name, email, ''))) stored,
  email_norm text collate "C" generated always as (lower(email)) stored,
  phone_digits text collate "C" generated always as (rapport.digits(phone)) stored,
  search_text text generated always as (rapport.normal(
    coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(rapport.digits(phone), '') || ' ' || coalesce(external_id, '')
  )) stored,
  primary key (workspace_id, id),
  foreign key (workspace_id, merged_into) references person (workspace_id, id),
  foreign key (workspace_id, company_id) references company (workspace_id, id) on delete set null (company_id),
  foreign key (workspace_id, owner_id) references member (workspace_id, id) on delete set null (owner_id)
);
create index person_name on person (workspace_id, name_sort, id) where merged_into is null and deleted_at is null;
create index person_created on person (workspace_id, created_at, id) where merged_into is null and deleted_at is null;
create index person_updated on person (workspace_id, updated_at, id) where merged_into is null and deleted_at is null;
create index person_last_seen on person (workspace_id, last_seen_at, id)
  where merged_into is null and deleted_at is null and last_seen_at is not null;
create index person_email on person (workspace_id, email_norm) where email_norm is not null;
create index person_company on person (workspace_id, company_id, id) where company_id is not null;
create index person_owner on person (workspace_id, owner_id) where owner_id is not null;
create index person_merged on person (workspace_id, merged_into) where merged_into is not null;
create index person_external_id on person (workspace_id, external_id) where external_id is not null;
create index person_search on person using gin (workspace_id, search_text public.gin_trgm_ops);
comment on table person is 'Customers and other people; a merged person keeps its row and is read through root_id';
comment on column person.workspace_id is 'Workspace [internal]';
comment on column person.id is 'Id [public]';
comment on column person.merged_into is 'The person this one was merged into, at the end of the chain [internal]';
comment on column person.root_id is 'The person to read: itself unless merged [internal]';
comment on column person.name is 'Full name [personal]';
comment on column person.given_name is 'Given name [personal]';
comment on column person.family_name is 'Family name [personal]';
comment on column person.email is 'Primary e-mail address [personal]';
comment on column person.phone is 'Phone number, international form where it is a valid one [personal]';
comment on column person.job_title is 'Job title [personal]';
comment on column person.company_id is 'Company the person works for [internal]';
comment on column person.owner_id is 'Member who looks after the person [internal]';
comment on column person.city is 'City [personal]';
comment on column person.region is 'State or region [personal]';
comment on column person.country is 'Country [internal]';
comment on column person.language is 'Language [internal]';
comment on column person.time_zone is 'Time zone [internal]';
comment on column person.external_id is 'Id in the system the person came from [internal]';
comment on column person.do_not_contact is 'Must not be written to, called or asked [internal]';
comment on column person.custom is 'Values of the custom fields, each with its own class [personal]';
comment on column person.traits is 'Traits that arrived with events and are no field [personal]';
comment on column person.as_of is 'Since when each field is so, where events or edits told it [internal]';
comment on column person.own is 'While others are merged into this person: its own values, so that un-merging is exact [personal]';
comment on column person.first_seen_at is 'First interaction that named the person [internal]';
comment on column person.last_seen_at is 'Latest interaction that named the person [internal]';
comment on column person.created_at is 'Created [internal]';
comment on column person.updated_at is 'Last change [internal]';
comment on column person.deleted_at is 'Deleted [internal]';
comment on column person.name_sort is 'Normal form of the name, for sorting [personal]';
comment on column person.email_norm is 'Normal form of the e-mail address [personal]';
comment on column person.phone_digits is 'Digits of the phone number [personal]';
comment on column person.search_text is 'What the search looks into [personal]';
-- The values of a person or company that a merge carries from one to the other, as one flat object.
create function rapport.merge_fields(record jsonb) returns jsonb
  language sql immutable parallel safe
  return (
    select coalesce(jsonb_object_agg(field.key, field.value), '{}')
    from (
      select key, value from jsonb_each(record)
      where key in ('name', 'given_name', 'family_name', 'email', 'phone', 'job_title', 'company_id', 'owner_id', 'city', 'region',
        'country', 'language', 'time_zone', 'external_id', 'do_not_contact', 'first_seen_at', 'last_seen_at', 'domain', 'industry', 'employees',
        'revenue_minor', 'currency')
      union all
      select 'custom.' || key, value from jsonb_each(record -> 'custom')
      union all
      select 'traits.' || key, value from jsonb_each(record -> 'traits')
    ) field
    where field.value <> 'null'
  );
select rapport.allow('rapport.merge_fields(jsonb)', 'app', 'system');
-- Whoever writes a person or company, two things hold: a merged one is not written any more (the caller tries again and meets the root),
-- and an edit of one that others were merged into is remembered as its own, under the latest merge it followed.
create function rapport.merged_edited() returns trigger
  language plpgsql as $$
declare
  before jsonb; after jsonb; entries jsonb; entry jsonb;
  field text;
  latest bigint;
begin
  if old.merged_into is not null then
    raise exception 'this % has been merged into another', tg_table_name using errcode = '40001';
  end if;
  before := rapport.merge_fields(to_jsonb(old));
  after := rapport.merge_fields(to_jsonb(new));
  latest := (new.own ->> 'latest')::bigint;
  -- A field that was emptied stands in neither, but the time at which it was emptied counts.
  for field in select jsonb_object_keys(before || after || old.as_of || new.as_of) loop
    if before -> field is distinct from after -> field or old.as_of -> field is distinct from new.as_of -> field then
      entry := jsonb_build_object('value', after -> field, 'as_of', new.as_of -> field, 'after', latest);
      entries := coalesce(new.own #> array['fields', field], '[]');
      if (entries -> -1 ->> 'after')::bigint = latest then
        entries := entries - -1;
      end if;
      new.own := jsonb_set(new.own, array['fields', field], entries || jsonb_build_array(entry));
    end if;
  end loop;
  return new;
end $$;
create trigger person_edited before update on person for each row
  when ((old.merged_into is not null or old.own is not null) and current_setting('rapport.merging', true) is distinct from 'on')
  execute function rapport.merged_edited();
create trigger company_edited before update on company for each row
  when ((old.merged_into is not null or old.own is not null) and current_setting('rapport.merging', true) is distinct from 'on')
  execute function rapport.merged_edited();
create table identifier (
  workspace_id uuid not null,
  id bigint generated always as identity,
  type text collate "C" not null,
  value text collate "C" not null,
  shared_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, type, value),
  check (length(value) between 1 and 200)
);
comment on table identifier is 'What a customer can be recognised by; interactions carry these, never the customer';
comment on column identifier.workspace_id is 'Workspace [internal]';
comment on column identifier.id is 'Id, unique over all workspaces [internal]';
comment on column identifier.type is 'user_id, anonymous_id, email, phone, external_id, person, company, group_id [internal]';
comment on column identifier.value is 'Normal form of the value [personal]';
comment on column identifier.shared_at is 'Since when several people are known to have it, so that it belongs to none [internal]';
comment on column identifier.created_at is 'First seen [internal]';
create table identifier_person (
  workspace_id uuid not null,
  id bigint generated always as identity,
  identifier_id bigint not null,
  person_id uuid not null,
  root_id uuid not null,
  valid_from timestamptz(3) not null default '-infinity',
  valid_to timestamptz(3) not null default 'infinity',
  claimed_at timestamptz(3) not null,
  rule text not null,
  evidence jsonb,
  actor text default rapport.actor(),
  created_at timestamptz(3) not null default now(),
  retracted_at timestamptz(3),
  xid xid8 not null default pg_current_xact_id(),
  primary key (workspace_id, id),
  check (valid_from < valid_to),
  -- No foreign keys: checked row by row they are half the cost of an import, and neither identifiers nor people are ever deleted.
  -- In force, no two intervals of one identifier overlap. Nearly all are endless at both sides: for them two unique indexes do what
  -- the exclusion does at four times the cost (an import of a million people makes three million).
  exclude using gist (workspace_id with =, identifier_id with =, tstzrange(valid_from, valid_to) with &&)
    where (retracted_at is null and not (valid_from = '-infinity' and valid_to = 'infinity'))
);
create unique index identifier_person_from on identifier_person (workspace_id, identifier_id, valid_from) where retracted_at is null;
create unique index identifier_person_to on identifier_person (workspace_id, identifier_id) where retracted_at is null and valid_to = 'infinity';
create index identifier_person_root on identifier_person (workspace_id, root_id) where retracted_at is null;
create index identifier_person_xid on identifier_person (xid);
comment on table identifier_person is 'Whose an identifier was and when; rows are only ever closed or retracted';
comment on column identifier_person.workspace_id is 'Workspace [internal]';
comment on column identifier_person.id is 'Id [internal]';
comment on column identifier_person.identifier_id is 'Identifier [internal]';
comment on column identifier_person.person_id is 'The person it was given to, kept through merges [internal]';
comment on column identifier_person.root_id is 'The person to read, moved by merge and un-merge [internal]';
comment on column identifier_person.valid_from is 'From this instant [internal]';
comment on column identifier_person.valid_to is 'Until before this instant [internal]';
comment on column identifier_person.claimed_at is 'Time of the earliest evidence [internal]';
comment on column identifier_person.rule is 'The rule that assigned it [internal]';
comment on column identifier_person.evidence is 'What the rule saw [personal]';
comment on column identifier_person.actor is 'Who assigned it [internal]';
comment on column identifier_person.created_at is 'Assigned at [internal]';
comment on column identifier_person.retracted_at is 'Replaced or withdrawn at [internal]';
comment on column identifier_person.xid is 'Transaction of the last change, read by the projection [internal]';
create function rapport.stamp_xid() returns trigger
  language plpgsql as $$
begin
  new.xid := pg_current_xact_id();
  return new;
end $$;
create trigger stamp_xid before update on identifier_person for each row execute function rapport.stamp_xid();
create table identifier_company (
  workspace_id uuid not null,
  identifier_id bigint not null,
  company_id uuid not null,
  rule text not null,
  created_at timestamptz(3) not null default now(),
  primary key (workspace_id, identifier_id),
  foreign key (workspace_id, identifier_id) references identifier (workspace_id, id),
  foreign key (workspace_id, company_id) references company (workspace_id, id)
);
create index identifier_company_company on identifier_company (workspace_id, company_id);
comment on table identifier_company is 'Identifiers of companies: group ids, external ids and the synthetic one';
comment on column identifier_company.workspace_id is 'Workspace [internal]';
comment on column identifier_company.identifier_id is 'Identifier [internal]';
comment on column identifier_company.company_id is 'Company [internal]';
comment on column identifier_company.rule is 'The rule that assigned it [internal]';
comment on column identifier_company.created_at is 'Assigned at [internal]';
create table person_merge (
  workspace_id uuid not null,
  id uuid not null,
  seq bigint generated always as identity,
  winner_id uuid not null,
  loser_id uuid not null,
  keep jsonb not null default '{}',
  evidence jsonb,
  opened_at timestamptz(3) not null default now(),
  opened_by text default rapport.actor(),
  closed_at timestamptz(3),
  closed_by text,
  xid xid8 not null default pg_current_xact_id(),
  primary key (workspace_id, id),
  foreign key (workspace_id, winner_id) references person (workspace_id, id),
  foreign key (workspace_id, loser_id) references person (workspace_id, id),
  check (winner_id <> loser_id)
);
create unique index person_merge_open on person_merge (workspace_id, loser_id) where closed_at is null;
create index person_merge_winner on person_merge (workspace_id, winner_id);
create index person_merge_loser on person_merge (workspace_id, loser_id);
create index person_merge_xid on person_merge (xid);
create trigger stamp_xid before update on person_merge for each row execute function rapport.stamp_xid();
comment on table person_merge is 'Merges as edges between people; un-merging closes the edge';
comment on column person_merge.workspace_id is 'Workspace [internal]';
comment on column person_merge.id is 'Id [public]';
comment on column person_merge.seq is 'Order of merges [internal]';
comment on column person_merge.winner_id is 'The person that stays [internal]';
comment on column person_merge.loser_id is 'The person that is read through the other [internal]';
comment on column person_merge.keep is 'Fields for which somebody chose whose value stays [internal]';
comment on column person_merge.evidence is 'Why [personal]';
comment on column person_merge.opened_at is 'Merged at [internal]';
comment on column person_merge.opened_by is 'Merged by [internal]';
comment on column person_merge.closed_at is 'Un-merged at [internal]';
comment on column person_merge.closed_by is 'Un-merged by [internal]';
comment on column person_merge.xid is 'Transaction of the last change [internal]';
create table cannot_link (
  workspace_id uuid not null,
  person_id uuid not null,
  other_id uuid not null,
  reason text not null,
  actor text default rapport.actor(),
  created_at timestamptz(3) not null default now(),
  primary key (workspace_id, person_id, other_id),
  foreign key (workspace_id, person_id) references person (workspace_id, id),
  foreign key (workspace_id, other_id) references person (workspace_id, id),
  check (person_id < other_id)
);
create index cannot_link_other on cannot_link (workspace_id, other_id);
comment on table cannot_link is 'Pairs of people that somebody said are different, so that the same evidence does not bring them up again';
comment on column cannot_link.workspace_id is 'Workspace [internal]';
comment on column cannot_link.person_id is 'The smaller id [internal]';
comment on column cannot_link.other_id is 'The larger id [internal]';
comment on column cannot_link.reason is 'unmerged or kept_apart [internal]';
comment on column cannot_link.actor is 'Who said so [internal]';
comment on column cannot_link.created_at is 'When [internal]';
create table identity_review (
  workspace_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  other_id uuid not null,
  reason text not null,
  evidence jsonb not null,
  occurrences bigint not null default 1,
  created_at timestamptz(3) not null default now(),
  last_at timestamptz(3) not null default now(),
  resolved_at timestamptz(3),
  resolved_by text,
  resolution text,
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references person (workspace_id, id),
  foreign key (workspace_id, other_id) references person (workspace_id, id),
  check (person_id < other_id)
);
create unique index identity_review_open on identity_review (workspace_id, person_id, other_id) where resolved_at is null;
create index identity_review_list on identity_review (workspace_id, created_at, id) where resolved_at is null;
create index identity_review_other on identity_review (workspace_id, other_id);
comment on table identity_review is 'Pairs of people that evidence says are one, for somebody to decide';
comment on column identity_review.workspace_id is 'Workspace [internal]';
comment on column identity_review.id is 'Id [public]';
comment on column identity_review.person_id is 'The smaller id [internal]';
comment on column identity_review.other_id is 'The larger id [internal]';
comment on column identity_review.reason is 'What conflicted [internal]';
comment on column identity_review.evidence is 'The identifiers and the event that conflicted, latest [personal]';
comment on column identity_review.occurrences is 'How often it came up [internal]';
comment on column identity_review.created_at is 'First time [internal]';
comment on column identity_review.last_at is 'Latest time [internal]';
comment on column identity_review.resolved_at is 'Decided at [internal]';
comment on column identity_review.resolved_by is 'Decided by [internal]';
comment on column identity_review.resolution is 'merged, kept_apart [internal]';

select rapport.protect(name) from unnest(array['company', 'person', 'identifier', 'identifier_person', 'identifier_company',
  'person_merge', 'cannot_link', 'identity_review']::regclass[]) name;

-- What is append-only: an assignment may be closed, retracted or read through another root; an identifier may become shared; an edge may close.
do $$
declare
  app text := current_setting('rapport.role_prefix') || '_app';
begin
  execute format('revoke update, delete on identifier_person, identifier, person_merge from %I', app);
  execute format('grant update (root_id, valid_to, claimed_at, retracted_at, xid) on identifier_person to %I', app);
  execute format('grant update (shared_at) on identifier to %I', app);
  execute format('grant update (closed_at, closed_by, xid) on person_merge to %I', app);
end $$;
select rapport.track('person', 'person', array['as_of', 'own', 'first_seen_at', 'last_seen_at', 'name_sort', 'email_norm', 'phone_digits', 'search_text', 'root_id']);
select rapport.estimate('person', 'given_name', 'family_name', 'job_title', 'city', 'region', 'language', 'time_zone', 'external_id');
select rapport.track('company', 'company', array['as_of', 'own', 'name_sort', 'domain_norm', 'phone_digits', 'search_text', 'root_id']);
select rapport.estimate('company', 'industry', 'currency', 'city', 'region', 'external_id');
