import { newId } from '../core/id.ts'
import { insertWorkspace, makeKey, openSession, type Role, roles } from '../identity/index.ts'
import type { TestApp } from './app.ts'

export interface TestMember {
  id: string
  account_id: string
  role: Role
  email: string
}

export interface TestWorkspace {
  id: string
  slug: string
  /** An API key of each role. */
  keys: Record<Role, string>
  write_key: string
  /** A member of each role, who has joined. */
  members: Record<Role, TestMember>
  /** The headers of a browser in which this member is signed in. */
  browser(role: Role): Promise<Record<string, string>>
}

export const ownPage = {
  host: 'localhost:3000',
  origin: 'http://localhost:3000',
  'sec-fetch-site': 'same-origin',
}

const eachRole = async <T>(make: (role: Role) => Promise<T>): Promise<Record<Role, T>> =>
  Object.fromEntries(await Promise.all(roles.map(async role => [role, await make(role)] as const))) as Record<
    Role,
    T
  >

/** A workspace with a member and an API key of each role, and a write key. */
export async function makeWorkspace(app: TestApp, name = 'Analytical'): Promise<TestWorkspace> {
  const { machine } = app
  const settings = { name, country: 'DE', currency: 'EUR', time_zone: 'Europe/Berlin', locale: 'en' }
  const { id, slug } = await machine.auth(async db => {
    const made = await insertWorkspace(machine, db, settings)
    return db.selectFrom('workspace').select(['id', 'slug']).where('id', '=', made).executeTakeFirstOrThrow()
  })
  const inside = { workspace_id: id, actor: { kind: 'system', id: 'test' } } as const
  const members = await eachRole(async role => {
    const account_id = newId()
    const member: TestMember = { id: newId(), account_id, role, email: `${role}@${slug}.example` }
    const person = { name: `${name} ${role}`, email: member.email }
    await machine.auth(async db => {
      await db
        .insertInto('account')
        .values({ id: account_id, ...person })
        .execute()
      await db
        .insertInto('member')
        .values({
          workspace_id: id,
          id: member.id,
          account_id,
          role,
          ...person,
          joined_at: machine.clock.now(),
        })
        .execute()
    })
    return member
  })
  const key = (input: Parameters<typeof makeKey>[1]) =>
    machine.workspaceTransaction(inside, async ctx => (await makeKey(ctx, input)).key)
  return {
    id,
    slug,
    members,
    keys: await eachRole(role => key({ kind: 'api', role, name: role })),
    write_key: await key({ kind: 'write', name: 'shop' }),
    async browser(role) {
      const opening = {
        account_id: members[role].account_id,
        workspace_id: id,
        user_agent: 'a browser of the tests',
      }
      const token = await machine.auth(db => openSession(machine, db, opening))
      return { ...ownPage, cookie: `rapport_session=${token}` }
    },
  }
}
