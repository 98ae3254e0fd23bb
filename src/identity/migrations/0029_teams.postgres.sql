-- Teams, as a tree. A role may reach the records of one's teams and of those below them.

create table team (
  workspace_id uuid not null references workspace (id),
  id uuid not null,
  name text not null,
  parent_id uuid,
  created_at timestamptz(3) not null,
  primary key (workspace_id, id),
  unique (workspace_id, name),
  foreign key (workspace_id, parent_id) references team (workspace_id, id),
  check (parent_id <> id)
);
comment on table team is 'A part of the organisation. Who is in it sees, where the role reaches the team, also the teams below';
comment on column team.workspace_id is 'Workspace [internal]';
comment on column team.id is 'Team [internal]';
comment on column team.name is 'Name [internal]';
comment on column team.parent_id is 'Team above it [internal]';
comment on column team.created_at is 'When [internal]';
create index team_parent on team (workspace_id, parent_id);
select rapport.protect('team');

create table team_member (
  workspace_id uuid not null,
  team_id uuid not null,
  member_id uuid not null,
  primary key (workspace_id, team_id, member_id),
  foreign key (workspace_id, team_id) references team (workspace_id, id) on delete cascade,
  foreign key (workspace_id, member_id) references member (workspace_id, id)
);
comment on table team_member is 'Who is in which teams';
comment on column team_member.workspace_id is 'Workspace [internal]';
comment on column team_member.team_id is 'Team [internal]';
comment on column team_member.member_id is 'Member [internal]';
create index team_member_member on team_member (workspace_id, member_id);
select rapport.protect('team_member');

-- The roles stay as they are, with the reaches that workspaces have set; each may now also be narrowed to the team.
alter table role_reach drop constraint role_reach_read_check, drop constraint role_reach_write_check, drop constraint role_reach_delete_check;
alter table role_reach
  add constraint role_reach_read_check check (read in ('all', 'team', 'own', 'none')),
  add constraint role_reach_write_check check (write in ('all', 'team', 'own', 'none')),
  add constraint role_reach_delete_check check (delete in ('all', 'team', 'own', 'none'));

do $$
declare
  prefix text := current_setting('rapport.role_prefix');
  target text;
begin
  foreach target in array array['team', 'team_member'] loop
    execute format('create policy auth on %I for select to %I using (true)', target, prefix || '_auth');
    execute format('grant select on %I to %I', target, prefix || '_auth');
  end loop;
end $$;
