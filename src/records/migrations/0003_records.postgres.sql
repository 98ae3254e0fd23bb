-- Fields made at run time, the typed index of their values, and the change log that no code path can forget.

create table field (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null,
  key text not null check (key ~ '^[a-z][a-z0-9_]{0,49}$'),
  type text not null check (type in ('text', 'long_text', 'number', 'boolean', 'date', 'date_time', 'option', 'options',
    'money', 'email', 'phone', 'url', 'country', 'member')),
  label jsonb not null,
  options jsonb not null default '[]',
  unit text,
  privacy_class text not null check (privacy_class in ('public', 'internal', 'personal', 'sensitive', 'secret')),
  searchable boolean not null default false,
  is_unique boolean not null default false check (not is_unique or type in ('text', 'email', 'url', 'phone', 'number')),
  analytic boolean not null default false,
  position int not null default 0,
  archived_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (workspace_id, id),
  -- Archived fields keep their key: a right given or taken by key must never fall to a later field.
  unique (workspace_id, kind, key)
);
comment on table field is 'Custom fields of a workspace; never deleted, only archived';
comment on column field.workspace_id is 'Workspace [internal]';
comment on column field.id is 'Field [internal]';
comment on column field.kind is 'Kind of record that has it [internal]';
comment on column field.key is 'How filters, imports and the API name it; never changes [internal]';
comment on column field.type is 'Type of its values; never changes [internal]';
comment on column field.label is 'Name by language [internal]';
comment on column field.options is 'Options with stable ids, labels by language, archived or not [internal]';
comment on column field.unit is 'Unit, or currency of money [internal]';
comment on column field.privacy_class is 'Privacy class of its values [internal]';
comment on column field.searchable is 'Search looks into its values [internal]';
comment on column field.is_unique is 'No two living records have the same value [internal]';
comment on column field.analytic is 'Carried to the analytics [internal]';
comment on column field.position is 'Place in lists and forms [internal]';
comment on column field.archived_at is 'When it was archived [internal]';
comment on column field.created_at is 'When it was made [internal]';
comment on column field.updated_at is 'When it was last changed [internal]';
select rapport.protect('field');

-- Values of custom fields in typed form, mirrored from the records' custom column: what filters and sorts read.
create table field_value (
  workspace_id uuid not null,
  field_id uuid not null,
  record_id uuid not null,
  position smallint not null default 0,
  text_value text collate "C",
  number_value double precision,
  time_value timestamptz(3),
  searchable boolean not null default false,
  live boolean not null default true,
  taken text collate "C",
  primary key (workspace_id, field_id, record_id, position)
);
comment on table field_value is 'Typed index of custom values; the truth is the custom column of the record';
comment on column field_value.workspace_id is 'Workspace [internal]';
comment on column field_value.field_id is 'Field [internal]';
comment on column field_value.record_id is 'Record [internal]';
comment on column field_value.position is 'Which of several values [internal]';
comment on column field_value.text_value is 'Normal form of a text, digits of a phone, id of an option [sensitive]';
comment on column field_value.number_value is 'Number or money [sensitive]';
comment on column field_value.time_value is 'Instant; a day is its midnight in UTC [sensitive]';
comment on column field_value.searchable is 'Search looks into it: it has its place in the index of parts of words [internal]';
comment on column field_value.live is 'The record is neither deleted nor merged into another [internal]';
comment on column field_value.taken is 'What no other living record may have: the value, where its field is unique [sensitive]';
create unique index field_value_taken on field_value (workspace_id, field_id, taken) where taken is not null;
-- Parts of words, only of fields that are searched.
create index field_value_search on field_value using gin (workspace_id, field_id, text_value public.gin_trgm_ops)
  where searchable;
create index field_value_text on field_value (workspace_id, field_id, text_value, record_id) where text_value is not null;
create index field_value_number on field_value (workspace_id, field_id, number_value, record_id) where number_value is not null;
create index field_value_time on field_value (workspace_id, field_id, time_value, record_id) where time_value is not null;
select rapport.protect('field_value');

create table change (
  workspace_id uuid not null,
  id bigint generated always as identity,
  at timestamptz(3) not null default now(),
  kind text not null,
  record_id uuid not null,
  op text not null check (op in ('insert', 'update', 'delete')),
  before jsonb,
  after jsonb,
  actor text,
  request_id text,
  xid xid8 not null default pg_current_xact_id(),
  primary key (workspace_id, id)
);
comment on table change is 'Every insert, update and delete of a record: only the fields that changed; written by triggers alone';
comment on column change.workspace_id is 'Workspace [internal]';
comment on column change.id is 'Order of changes [internal]';
comment on column change.at is 'When the transaction began [internal]';
comment on column change.kind is 'Kind of record [internal]';
comment on column change.record_id is 'Record [internal]';
comment on column change.op is 'insert, update or delete [internal]';
comment on column change.before is 'Changed fields before [sensitive]';
comment on column change.after is 'Changed fields after [sensitive]';
comment on column change.actor is 'Who: kind:id [internal]';
comment on column change.request_id is 'Request or job that did it: the unit of undo [internal]';
comment on column change.xid is 'Transaction, for readers below the snapshot [internal]';
create index change_of_record on change (workspace_id, kind, record_id, id desc);
create index change_of_request on change (workspace_id, request_id) where request_id is not null;
create index change_xid on change (xid);
select rapport.protect('change');

-- Only the triggers write these two.
do $$
begin
  execute format('revoke insert, update, delete on change, field_value from %I', current_setting('rapport.role_prefix') || '_app');
end $$;

-- The pattern that finds a text anywhere in a normal form.
create function rapport.contains_pattern(value text) returns text
  language sql immutable strict parallel safe
  return '%' || regexp_replace(rapport.normal(value), '([\\%_])', '\\\1', 'g') || '%';
select rapport.allow('rapport.contains_pattern(text)', 'app', 'find');

-- What one custom value is in the index: one row, or one for each of several options.
create function rapport.index_values(type text, value jsonb)
  returns table (place int, text_value text, number_value double precision, time_value timestamptz)
  language sql stable
begin atomic
  select 0,
    case
      when type in ('text', 'long_text', 'email', 'url') then left(rapport.normal(value #>> '{}'), 500)
      when type = 'phone' then rapport.digits(value #>> '{}')
      when type in ('option', 'country', 'member', 'boolean') then value #>> '{}'
    end,
    case when type in ('number', 'money') then (value #>> '{}')::double precision end,
    case
      when type = 'date' then (value #>> '{}')::timestamp at time zone 'UTC'
      when type = 'date_time' then (value #>> '{}')::timestamptz
    end
  where type <> 'options' and jsonb_typeof(value) <> 'null'
  union all
  select (one.nth - 1)::int, one.text, null, null
  from jsonb_array_elements_text(case when jsonb_typeof(value) = 'array' then value else '[]' end)
    with ordinality as one (text, nth)
  where type = 'options';
end;

select rapport.allow('rapport.index_values(text, jsonb)', 'app');

-- A field that becomes unique or searched, or ceases to be: writers wait, so that none slips through between.
create function rapport.field_indexed() returns trigger
  language plpgsql security definer set search_path = rapport, pg_temp as $$
begin
  lock table field_value in share row exclusive mode;
  update field_value v set searchable = new.searchable,
    taken = case when new.is_unique and v.live then coalesce(v.text_value, v.number_value::text) end
  where v.workspace_id = new.workspace_id and v.field_id = new.id;
  return null;
end $$;
create trigger field_indexed after update on field for each row
  when (old.is_unique <> new.is_unique or old.searchable <> new.searchable) execute function rapport.field_indexed();

-- A row as the change log tells it: custom fields beside the others as "custom.key", bookkeeping left out.
create function rapport.facts(record jsonb, ignored text[]) returns jsonb
  language plpgsql immutable as $$
declare
  custom jsonb := record -> 'custom';
begin
  if custom is null or custom = '{}' then
    return record - ignored;
  end if;
  return (record - ignored) || (select jsonb_object_agg('custom.' || one.key, one.value) from jsonb_each(custom) one);
end $$;

create function rapport.difference(old_facts jsonb, new_facts jsonb, out before jsonb, out after jsonb)
  language sql immutable
begin atomic
  select jsonb_object_agg(coalesce(o.key, n.key), o.value), jsonb_object_agg(coalesce(o.key, n.key), n.value)
  from jsonb_each(old_facts) o full join jsonb_each(new_facts) n on o.key = n.key
  where o.value is distinct from n.value;
end;

-- Trigger arguments: kind, ignored columns, 'custom' if the table has custom fields.
create function rapport.log_insert() returns trigger
  language plpgsql security definer set search_path = rapport, pg_temp as $$
declare
  ignored text[] := tg_argv[1]::text[];
begin
  insert into change (workspace_id, kind, record_id, op, after, actor, request_id)
  select r.workspace_id, tg_argv[0], r.id, 'insert',
    -- Of most rows the answer needs no function, which would cost as much as all the rest of the line.
    case when coalesce(r.record -> 'custom', '{}') = '{}' then r.record - ignored else rapport.facts(r.record, ignored) end,
    rapport.actor(), rapport.request()
  from (select n.workspace_id, n.id, jsonb_strip_nulls(to_jsonb(n)) as record from new_rows n offset 0) r;
  -- An expression is planned whole: a table without the column must not reach it.
  if tg_argv[2] <> 'custom' then
    return null;
  end if;
  if exists (select from new_rows where custom <> '{}') then
    insert into field_value (workspace_id, field_id, record_id, position, text_value, number_value, time_value, searchable, taken)
    select n.workspace_id, f.id, n.id, v.place, v.text_value, v.number_value, v.time_value, f.searchable,
      case when f.is_unique then coalesce(v.text_value, v.number_value::text) end
    from new_rows n
    join field f on f.workspace_id = n.workspace_id and f.kind = tg_argv[0] and n.custom ? f.key
    cross join lateral rapport.index_values(f.type, n.custom -> f.key) v;
  end if;
  return null;
end $$;

create function rapport.is_live(record jsonb) returns boolean
  language sql immutable
  return record ->> 'deleted_at' is null and record ->> 'merged_into' is null;

create function rapport.log_update() returns trigger
  language plpgsql security definer set search_path = rapport, pg_temp as $$
declare
  moved uuid[];
begin
  with logged as (
    insert into change (workspace_id, kind, record_id, op, before, after, actor, request_id)
    select n.workspace_id, tg_argv[0], n.id, 'update', d.before, d.after, rapport.actor(), rapport.request()
    from new_rows n
    join old_rows o on o.workspace_id = n.workspace_id and o.id = n.id
    cross join lateral rapport.difference(
      rapport.facts(to_jsonb(o), tg_argv[1]::text[]), rapport.facts(to_jsonb(n), tg_argv[1]::text[])) d
    where d.after is not null
    returning record_id, after
  )
  select array_agg(record_id) filter (where after ?| array['deleted_at', 'merged_into']) into moved from logged;
  if tg_argv[2] <> 'custom' then
    return null;
  end if;
  if exists (
    select from new_rows n join old_rows o on o.workspace_id = n.workspace_id and o.id = n.id where n.custom <> o.custom
  ) then
    delete from field_value v
    using new_rows n, old_rows o, field f
    where o.workspace_id = n.workspace_id and o.id = n.id and n.custom <> o.custom
      and f.workspace_id = n.workspace_id and f.kind = tg_argv[0]
      and (n.custom -> f.key) is distinct from (o.custom -> f.key)
      and v.workspace_id = n.workspace_id and v.field_id = f.id and v.record_id = n.id;
    insert into field_value (workspace_id, field_id, record_id, position, text_value, number_value, time_value, searchable, live, taken)
    select n.workspace_id, f.id, n.id, v.place, v.text_value, v.number_value, v.time_value, f.searchable, l.live,
      case when f.is_unique and l.live then coalesce(v.text_value, v.number_value::text) end
    from new_rows n
    cross join lateral rapport.is_live(to_jsonb(n)) l (live)
    join old_rows o on o.workspace_id = n.workspace_id and o.id = n.id and n.custom <> o.custom
    join field f on f.workspace_id = n.workspace_id and f.kind = tg_argv[0] and n.custom ? f.key
      and (n.custom -> f.key) is distinct from (o.custom -> f.key)
    cross join lateral rapport.index_values(f.type, n.custom -> f.key) v;
  end if;
  -- Whoever leaves, by deletion or merge, gives up what only one may have; whoever comes back takes it again.
  if moved is not null then
    update field_value v set live = l.live,
      taken = case when f.is_unique and l.live then coalesce(v.text_value, v.number_value::text) end
    from new_rows n
    cross join lateral rapport.is_live(to_jsonb(n)) l (live), field f
    where n.id = any(moved) and n.custom <> '{}' and f.workspace_id = n.workspace_id and f.kind = tg_argv[0]
      and v.workspace_id = n.workspace_id and v.field_id = f.id and v.record_id = n.id and v.live <> l.live;
  end if;
  return null;
end $$;

create function rapport.log_delete() returns trigger
  language plpgsql security definer set search_path = rapport, pg_temp as $$
begin
  insert into change (workspace_id, kind, record_id, op, before, actor, request_id)
  select o.workspace_id, tg_argv[0], o.id, 'delete',
    rapport.facts(jsonb_strip_nulls(to_jsonb(o)), tg_argv[1]::text[]), rapport.actor(), rapport.request()
  from old_rows o;
  if tg_argv[2] = 'custom' then
    delete from field_value v
    using old_rows o, field f
    where f.workspace_id = o.workspace_id and f.kind = tg_argv[0]
      and v.workspace_id = o.workspace_id and v.field_id = f.id and v.record_id = o.id;
  end if;
  return null;
end $$;

-- Lets the planner know how often values occur in the normal form that filters compare: without, it takes every
-- condition on a text for a rare one and sorts all rows where a walk along the index finds the page at once.
create function rapport.estimate(target regclass, variadic fields text[]) returns void
  language plpgsql as $$
declare
  field text;
begin
  foreach field in array fields loop
    execute format('create statistics rapport.%I on (rapport.normal(%I)) from %s', target || '_' || field, field, target);
  end loop;
end $$;

-- Puts a table of records under the change log. Generated columns, the workspace, the id and updated_at are bookkeeping, and custom
-- fields are told one by one;
-- `ignored` names more: an update of nothing else leaves no trace.
create function rapport.track(target regclass, kind text, ignored text[] default '{}') returns void
  language plpgsql as $$
declare
  arguments text;
begin
  select format('%L, %L, %L', kind,
    array(
      select unnest(array['workspace_id', 'id', 'updated_at', 'custom'] || ignored
        || coalesce(array_agg(a.attname::text) filter (where a.attgenerated <> ''), '{}'))
      group by 1 order by 1
    ),
    case when bool_or(a.attname = 'custom') then 'custom' else '' end)
  into arguments
  from pg_attribute a
  where a.attrelid = target and a.attnum > 0 and not a.attisdropped;
  execute format('create trigger log_insert after insert on %s referencing new table as new_rows for each statement execute function rapport.log_insert(%s)', target, arguments);
  execute format('create trigger log_update after update on %s referencing old table as old_rows new table as new_rows for each statement execute function rapport.log_update(%s)', target, arguments);
  execute format('create trigger log_delete after delete on %s referencing old table as old_rows for each statement execute function rapport.log_delete(%s)', target, arguments);
end $$;

select rapport.track('field', 'field');
