-- The periods of work follow the companies of all people that one statement changes together: an import that gives thousands of
-- them another company took four times as long as any other, with several statements and their log for each.

-- From the person: a company may have thousands who work there.
create or replace function rapport.periods_at(workspace uuid, person uuid, company uuid) returns setof relationship
  language sql stable set search_path = rapport, pg_temp
begin atomic
  select r.* from (
    select person as id union all
    select m.id from person m where m.workspace_id = workspace and m.root_id = person and m.merged_into is not null
  ) p
  join relationship r on r.workspace_id = workspace and r.person_id = p.id and r.type = 'works_at'
  join company c on c.workspace_id = r.workspace_id and c.id = r.company_id
  where c.root_id = (select asked.root_id from company asked where asked.workspace_id = workspace and asked.id = company)
  order by r.to_on desc nulls first, r.id desc;
end;

drop trigger changes_employer on person;
create or replace function rapport.changes_employer() returns trigger
  language plpgsql security definer set search_path = rapport, pg_temp as $$
declare
  request text := coalesce(current_setting('rapport.request', true), '');
  is_undo boolean := coalesce(current_setting('rapport.undoing', true), '') = 'on';
  is_merging boolean := coalesce(current_setting('rapport.merging', true), '') = 'on';
begin
  if not exists (
    select id, company_id, job_title, merged_into from old_rows
    except select id, company_id, job_title, merged_into from new_rows
  ) then
    return null;
  end if;
  perform set_config('rapport.request', '', true);
  -- Planned anew for each statement: one person and five thousand want different plans.
  execute $follow$
  with moved as materialized (
    select n.workspace_id, n.id, n.created_at, n.updated_at, n.job_title, o.job_title as old_title,
      o.company_id as old_company, n.company_id as new_company, ocompany.root_id as old_root, ncompany.root_id as new_root,
      o.merged_into is not null as is_back, (n.updated_at at time zone w.time_zone)::date as today,
      case
        when o.merged_into is not null then 'move'
        when o.company_id is not distinct from n.company_id then 'title'
        when ocompany.root_id = ncompany.root_id then 'rename'
        else 'move'
      end as what
    from new_rows n
    join old_rows o on o.workspace_id = n.workspace_id and o.id = n.id
    join workspace w on w.id = n.workspace_id
    left join company ocompany on ocompany.workspace_id = o.workspace_id and ocompany.id = o.company_id
    left join company ncompany on ncompany.workspace_id = n.workspace_id and ncompany.id = n.company_id
    where n.merged_into is null
      and (o.company_id is distinct from n.company_id
        or (n.company_id is not null and (o.job_title is distinct from n.job_title or o.merged_into is not null)))
      -- A merge writes no periods: those of the merged are read through the root. Who comes back from one has again what was
      -- ended meanwhile, as he has again his company.
      and (not $1 or o.merged_into is not null)
  ), periods as (
    -- Of each who moved, the periods of work at either company, whichever of those merged into either has them. Looked up by keys
    -- alone, and everybody is in it: nothing below joins, whose size nobody can know beforehand.
    select m.*, r.id as period, r.role, r.from_on, r.to_on, r.deleted_at, r.lasts, r.back_to,
      r.root_id = m.old_root as at_old, r.root_id = m.new_root as at_new,
      m.what = 'move' and not m.is_back and r.root_id = m.old_root and r.lasts as held,
      r.follows and (
        ($2 and m.new_company is null and r.replaces is null and r.created_at > m.created_at)
        or (($2 or r.from_on is not distinct from m.today) and r.back_to is not null)) as untold
    from moved m
    left join lateral (
      select r.id, r.role, r.from_on, r.to_on, r.follows, r.replaces, r.created_at, r.deleted_at, c.root_id,
        r.to_on is null and r.deleted_at is null as lasts,
        (select b.id from relationship b
          join person bp on bp.workspace_id = b.workspace_id and bp.id = b.person_id and bp.root_id = m.id
          join company bc on bc.workspace_id = b.workspace_id and bc.id = b.company_id and bc.root_id = m.new_root
          where b.workspace_id = m.workspace_id and b.id = r.replaces and b.deleted_at is null) as back_to
      from (
        select m.id union all
        select p.id from person p where p.workspace_id = m.workspace_id and p.root_id = m.id and p.merged_into is not null
      ) one
      join relationship r on r.workspace_id = m.workspace_id and r.person_id = one.id and r.type = 'works_at'
      join company c on c.workspace_id = r.workspace_id and c.id = r.company_id and c.root_id in (m.old_root, m.new_root)
    ) r on true
  ), told as materialized (
    select p.*, p.held and p.untold as taken_back, p.held and not p.untold as has_ended from periods p
  ), titled as (
    -- The job title is the role at the main employer, unless it was given another one.
    update relationship r set role = t.job_title, updated_at = t.updated_at
    from told t
    where t.what = 'title' and t.at_new and t.lasts and t.role is not distinct from t.old_title
      and r.workspace_id = t.workspace_id and r.id = t.period
  ), renamed as (
    -- Another name of the same, since the two were merged.
    update relationship r set company_id = m.new_company
    from moved m
    where m.what = 'rename' and r.workspace_id = m.workspace_id and r.person_id = m.id and r.company_id = m.old_company
      and r.type = 'works_at' and r.to_on is null
  ), taken as (
    -- Taken back: it never was.
    delete from relationship r using told t
    where t.taken_back and r.workspace_id = t.workspace_id and r.id = t.period
  ), ended as (
    update relationship r set to_on = greatest(t.today, t.from_on), updated_at = t.updated_at
    from told t
    where t.has_ended and r.workspace_id = t.workspace_id and r.id = t.period
  ), begun as materialized (
    select t.workspace_id, t.id, t.job_title, t.old_company, t.new_company, t.is_back, t.today, t.updated_at,
      (array_agg(t.period order by t.to_on desc nulls first, t.period desc)
        filter (where t.at_new and ($2 or t.is_back)))[1] as earlier,
      (array_agg(t.deleted_at is null order by t.to_on desc nulls first, t.period desc)
        filter (where t.at_new and ($2 or t.is_back)))[1] as is_living,
      (array_agg(t.period order by t.period) filter (where t.has_ended))[1] as latest
    from told t
    where t.what = 'move' and t.new_company is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8
    having bool_or(t.at_new and t.lasts) is not true and bool_or(t.taken_back and t.back_to is not null) is not true
  ), reopened as (
    update relationship r set to_on = null, updated_at = l.updated_at
    from (
      select t.workspace_id, t.back_to as period, t.updated_at from told t where t.taken_back and t.back_to is not null
      union all
      select b.workspace_id, b.earlier, b.updated_at from begun b where b.is_living
    ) l
    where r.workspace_id = l.workspace_id and r.id = l.period
  )
  insert into relationship (workspace_id, id, type, person_id, company_id, role, from_on, follows, replaces, created_at, updated_at)
  select workspace_id, new_id(), 'works_at', id, new_company, job_title,
    case when old_company is not null and not is_back then today end, true, latest, updated_at, updated_at
  from begun where earlier is null
  $follow$ using is_merging, is_undo;
  perform set_config('rapport.request', request, true);
  return null;
end $$;
create trigger changes_employer after update on person
  referencing old table as old_rows new table as new_rows for each statement execute function rapport.changes_employer();
