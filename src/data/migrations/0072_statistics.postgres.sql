-- After many rows have come or gone the planner is told at once, so that lists are fast right away: only the owner of a table may.
create function rapport.refresh_statistics(of_tables text[]) returns void
  language plpgsql security definer set search_path = rapport, pg_temp as $$
declare
  one text;
begin
  foreach one in array of_tables loop
    if one in ('person', 'company', 'field_value', 'identifier', 'identifier_person', 'identifier_company', 'interaction', 'response', 'answer', 'change') then
      execute format('analyze rapport.%I', one);
    end if;
  end loop;
end $$;
select rapport.allow('rapport.refresh_statistics(text[])', 'system');
