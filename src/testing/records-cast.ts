import type { Ctx, KindRights, Principal } from '../core/ctx.ts'
import { newId } from '../core/id.ts'
import { defineKind } from '../records/kind.contract.ts'
import { startTestApp, type TestApp } from './app.ts'
import { testPrefix } from './database.ts'
import { makeWorkspace, type TestWorkspace } from './workspace.ts'

// Two kinds of records with tables of their own, so that what holds for every kind is tested apart from people and companies.

const en = (text: string) => ({ en: text })
const open = { privacy_class: 'internal' } as const

export const firmKind = defineKind({
  name: 'firm',
  plural: 'firms',
  table: 'firm',
  path: '/api/firms',
  label: { one: en('Firm'), many: en('Firms') },
  title: 'name',
  owner: 'owner_id',
  fields: [
    { key: 'name', type: 'text', label: en('Name'), normal_column: 'name_sort', required: true, ...open },
    { key: 'industry', type: 'text', label: en('Industry'), ...open },
    { key: 'employees', type: 'number', label: en('Employees'), ...open },
    { key: 'country', type: 'country', label: en('Country'), ...open },
    { key: 'owner_id', type: 'member', label: en('Owner'), ...open },
  ],
  relations: [{ name: 'contacts', label: en('Contacts'), kind: 'contact', by: 'firm_id', many: true }],
})

export const contactKind = defineKind({
  name: 'contact',
  plural: 'contacts',
  table: 'contact',
  path: '/api/contacts',
  label: { one: en('Contact'), many: en('Contacts') },
  title: 'name',
  named_by: ['email', 'phone'],
  owner: 'owner_id',
  merge: { root: 'root_id', into: 'merged_into' },
  search: { text: 'search_text', digits: 'phone_digits', prefix: 'name_sort' },
  fields: [
    {
      key: 'name',
      type: 'text',
      label: en('Name'),
      normal_column: 'name_sort',
      required: true,
      searchable: true,
      ...open,
    },
    { key: 'email', type: 'email', label: en('E-mail'), unique: true, searchable: true, ...open },
    {
      key: 'phone',
      type: 'phone',
      label: en('Phone'),
      normal_column: 'phone_digits',
      searchable: true,
      ...open,
    },
    { key: 'born_on', type: 'date', label: en('Born'), ...open },
    { key: 'seen_at', type: 'date_time', label: en('Seen'), ...open },
    { key: 'vip', type: 'boolean', label: en('VIP'), ...open },
    {
      key: 'level',
      type: 'option',
      label: en('Level'),
      options: [
        { id: 'gold', label: en('Gold') },
        { id: 'iron', label: en('Iron') },
      ],
      ...open,
    },
    { key: 'salary', type: 'number', label: en('Salary'), privacy_class: 'sensitive' },
    { key: 'firm_id', type: 'relation', kind: 'firm', label: en('Firm'), ...open },
    { key: 'owner_id', type: 'member', label: en('Owner'), ...open },
    { key: 'created_at', type: 'date_time', label: en('Created'), read_only: true, required: true, ...open },
  ],
  relations: [{ name: 'firm', label: en('Firm'), kind: 'firm', by: 'firm_id' }],
})

const tables = `
  create table firm (
    workspace_id uuid not null, id uuid not null, name text not null, industry text, employees int, country text,
    owner_id uuid, custom jsonb not null default '{}', created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(), deleted_at timestamptz(3),
    name_sort text collate "C" generated always as (rapport.normal(name)) stored,
    primary key (workspace_id, id));
  create table contact (
    workspace_id uuid not null, id uuid not null, merged_into uuid,
    root_id uuid not null generated always as (coalesce(merged_into, id)) stored,
    name text not null, email text, phone text, born_on date, seen_at timestamptz(3), vip boolean, level text,
    salary numeric, firm_id uuid, owner_id uuid, custom jsonb not null default '{}',
    created_at timestamptz(3) not null default now(), updated_at timestamptz(3) not null default now(),
    deleted_at timestamptz(3),
    name_sort text collate "C" generated always as (rapport.normal(name)) stored,
    phone_digits text collate "C" generated always as (rapport.digits(phone)) stored,
    search_text text generated always as (rapport.normal(
      name || ' ' || coalesce(email, '') || ' ' || coalesce(rapport.digits(phone), ''))) stored,
    primary key (workspace_id, id),
    foreign key (workspace_id, firm_id) references firm (workspace_id, id));
  create index contact_name on contact (workspace_id, name_sort, id) where deleted_at is null;
  create unique index contact_email on contact (workspace_id, (lower(email))) where deleted_at is null;
  create index contact_search on contact using gin (workspace_id, search_text public.gin_trgm_ops);
  select rapport.protect('firm'), rapport.protect('contact');
  select rapport.track('firm', 'firm'), rapport.track('contact', 'contact', array['seen_at']);`

export interface RecordsCast extends TestApp {
  workspace_id: string
  other_workspace_id: string
  members: TestWorkspace['members']
  keys: TestWorkspace['keys']
  /** Runs as somebody of the workspace: everything allowed unless said otherwise. */
  as<T>(who: Someone, run: (ctx: Ctx) => Promise<T>): Promise<T>
}
export interface Someone {
  workspace_id?: string
  member_id?: string | null
  team?: string[]
  role?: string
  kinds?: Record<string, KindRights>
  hidden_classes?: string[]
  permissions?: string[]
  request_id?: string
}

export async function startRecordsCast(): Promise<RecordsCast> {
  const app = await startTestApp()
  await app.machine.system(async (_db, client) => {
    await client.query(`select set_config('rapport.role_prefix', '${testPrefix}', true)`)
    await client.query(tables)
  })
  const ours = await makeWorkspace(app, 'Ours')
  const theirs = await makeWorkspace(app, 'Theirs')
  const principal = (who: Someone): Principal => ({
    workspace_id: who.workspace_id ?? ours.id,
    actor: { kind: 'member', id: who.member_id ?? newId() },
    role: who.role ?? 'admin',
    member_id: who.member_id ?? null,
    team: who.team ?? [],
    permissions: new Set(
      who.permissions ?? ['records.read', 'records.write', 'records.delete', 'fields.manage'],
    ),
    kinds: who.kinds ?? { '*': { read: 'all', write: 'all', delete: 'all' } },
    hidden_classes: who.hidden_classes ?? [],
  })
  return {
    ...app,
    workspace_id: ours.id,
    other_workspace_id: theirs.id,
    members: ours.members,
    keys: ours.keys,
    as: (who, run) =>
      app.machine.transaction(
        { principal: principal(who), ...(who.request_id ? { request_id: who.request_id } : {}) },
        run,
      ),
  }
}
