-- Relations as a kind of import.
alter table import_job drop constraint import_job_kind_check;
alter table import_job add constraint import_job_kind_check check (kind in ('person', 'company', 'interaction', 'answer', 'relation'));

create or replace function rapport.refresh_statistics(of_tables text[]) returns void
  language plpgsql security definer set search_path = rapport, pg_temp as $$
declare
  one text;
begin
  foreach one in array of_tables loop
    if one in ('person', 'company', 'field_value', 'identifier', 'identifier_person', 'identifier_company', 'interaction', 'response', 'answer', 'change', 'relationship') then
      execute format('analyze rapport.%I', one);
    end if;
  end loop;
end $$;
