import { newId } from '../src/core/id.ts'
import { companies, people } from '../src/customers/customers.contract.ts'
import { mergeCompanies, mergePeople } from '../src/customers/merge.contract.ts'
import { relationships } from '../src/customers/relations.contract.ts'
import { createKey } from '../src/identity/keys.contract.ts'
import { addMember } from '../src/identity/members.contract.ts'
import { beginPasskey } from '../src/identity/passkeys.contract.ts'
import { hashPassword } from '../src/identity/password.ts'
import { startFactor } from '../src/identity/second-factor.ts'
import { createTeam } from '../src/identity/teams.contract.ts'
import { codeAt, counterAt } from '../src/identity/totp.ts'
import { createField } from '../src/records/fields.contract.ts'
import { createTag } from '../src/records/tags.contract.ts'
import { createView } from '../src/records/views.contract.ts'
import type { TestApp } from '../src/testing/app.ts'
import { authenticator } from '../src/testing/authenticator.ts'
import { ownPage } from '../src/testing/workspace.ts'
import { importInputs, importMakers } from './rights-imports.ts'
import type { Matrix, RecordMaker, World } from './rights-matrix.ts'
import { surveyInputs, surveyMakers } from './rights-surveys.ts'

// How the records behind each address are made. An address with a parameter that is missing here fails the tests.

export function recordMakers(app: TestApp): RecordMaker[] {
  return [
    {
      path: '/api/members/{id}',
      async make({ workspace }) {
        const body = { name: 'Invited', email: `${newId()}@invited.example`, role: 'viewer' as const }
        const { id } = await app.call(addMember, { key: workspace.keys.owner, body })
        return { id }
      },
    },
    {
      path: '/api/teams/{id}',
      async make({ workspace }) {
        const body = { name: `Team ${newId()}` }
        const { id } = await app.call(createTeam, { key: workspace.keys.owner, body })
        return { id }
      },
    },
    {
      path: '/api/keys/{id}',
      async make({ workspace }) {
        const body = { kind: 'write' as const, name: 'a shop' }
        const { api_key } = await app.call(createKey, { key: workspace.keys.owner, body })
        return { id: api_key.id }
      },
    },
    {
      path: '/api/sessions/{id}',
      personal: true,
      async make({ workspace, owner }) {
        await workspace.browser(owner.role)
        const newest = await app.machine.auth(db =>
          db
            .selectFrom('session')
            .select('id')
            .where('account_id', '=', owner.account_id)
            .orderBy('id', 'desc')
            .limit(1)
            .executeTakeFirstOrThrow(),
        )
        return { id: newest.id }
      },
    },
    {
      path: '/api/account/passkeys/{id}',
      personal: true,
      async make({ owner: { account_id } }) {
        const id = newId()
        const made = {
          credential_id: Buffer.from(id),
          public_key: Buffer.from('of this test'),
          rp_id: 'localhost',
          name: 'Of this test',
          synced: false,
          created_at: app.clock.now(),
        }
        await app.machine.auth(db =>
          db
            .insertInto('passkey')
            .values({ id, account_id, ...made })
            .execute(),
        )
        return { id }
      },
    },
    ...recordsOf(app, 'person', people),
    ...recordsOf(app, 'company', companies),
    ...relationMakers(app),
    {
      path: '/api/fields/{id}',
      async make({ workspace }) {
        const body = { kind: 'person', type: 'text' as const, label: { en: 'Of this test' } }
        return { id: (await app.call(createField, { key: workspace.keys.owner, body })).id }
      },
    },
    {
      path: '/api/tags/{kind}/{id}',
      async make({ workspace }) {
        const body = { kind: 'person', name: `Tag ${newId()}` }
        const { id } = await app.call(createTag, { key: workspace.keys.owner, body })
        return { kind: 'person', id }
      },
    },
    {
      path: '/api/views/{id}',
      personal: true,
      async make({ workspace, owner }) {
        const body = { kind: 'person', name: 'Of this test' }
        const headers = await workspace.browser(owner.role)
        return { id: (await app.call(createView, { headers, body })).id }
      },
    },
    {
      path: '/api/identity/reviews/{id}',
      async make({ workspace, owner }) {
        const pair = [
          await makePerson(app, { workspace, owner }),
          await makePerson(app, { workspace, owner }),
        ]
        const [person_id = '', other_id = ''] = pair.toSorted()
        const id = newId()
        const now = app.clock.now()
        await app.machine.system(db =>
          db
            .insertInto('identity_review')
            .values({
              workspace_id: workspace.id,
              id,
              person_id,
              other_id,
              reason: 'of this test',
              evidence: '{}',
              created_at: now,
              last_at: now,
            })
            .execute(),
        )
        return { id }
      },
    },
    { path: '/api/roles/{role}', fixed: true, make: async () => ({ role: 'manager' }) },
    ...surveyMakers(app),
    ...importMakers(app),
  ]
}

const makerOf =
  (each: typeof people | typeof companies) =>
  async (app: TestApp, { workspace, owner }: World): Promise<string> => {
    const body = { name: 'Of this test', owner_id: owner.id }
    return (await app.call(each.create, { key: workspace.keys.owner, body })).id
  }
const makePerson = makerOf(people)
const makeCompany = makerOf(companies)

const renaming = async (id: Promise<string>) => ({ ids: [await id], values: { name: 'Renamed' } })

/** The addresses that every described kind has. */
function recordsOf(app: TestApp, kind: string, each: typeof people | typeof companies): RecordMaker[] {
  const make: RecordMaker['make'] = async ({ workspace, owner }) => {
    const body = { name: 'Of this test', owner_id: owner.id }
    return { id: (await app.call(each.create, { key: workspace.keys.owner, body })).id }
  }
  const remove = async ({ workspace }: World, params: Record<string, string>) => {
    await app.call(each.remove, { key: workspace.keys.owner, params: { id: params['id'] ?? '' } })
  }
  return [
    { path: each.get.path, kind, make, remove },
    {
      path: each.restore.path,
      kind,
      async make(world) {
        const params = await make(world)
        await remove(world, params)
        return params
      },
    },
  ]
}

const tied = async (app: TestApp, world: World) => ({
  type: 'buys_for' as const,
  person_id: await makePerson(app, world),
  company_id: await makeCompany(app, world),
})

/** Between two that have the same owner: theirs are the rights on it. */
function relationMakers(app: TestApp): RecordMaker[] {
  const make: RecordMaker['make'] = async world => {
    const body = await tied(app, world)
    return { id: (await app.call(relationships.create, { key: world.workspace.keys.owner, body })).id }
  }
  const remove = async ({ workspace }: World, { id = '' }: Record<string, string>) => {
    await app.call(relationships.remove, { key: workspace.keys.owner, params: { id } })
  }
  return [
    { path: relationships.get.path, kind: 'relationship', make, remove },
    {
      path: relationships.restore.path,
      kind: 'relationship',
      async make(world) {
        const params = await make(world)
        await remove(world, params)
        return params
      },
    },
  ]
}

export const aboutRecords: Matrix['about'] = {
  'people.create': { kind: 'person', as: 'a new record' },
  'tags.create': { kind: 'person', as: 'a new record' },
  'relationships.create': { kind: 'relationship', as: 'a new record' },
  'companies.create': { kind: 'company', as: 'a new record' },
  'activity.daily': { kind: 'person', as: 'a number over all' },
}

const password = 'a quiet river under seven bridges'

async function givePassword({ machine }: TestApp, account_id: string): Promise<void> {
  const password_hash = await hashPassword(password)
  await machine.auth(db =>
    db.updateTable('account').set({ password_hash }).where('id', '=', account_id).execute(),
  )
}

/** Each begins with an account that has its password, and a second factor where one is needed. */
function secondFactorInputs({ machine, ...app }: TestApp): Matrix['inputs'] {
  const prepared = async (account_id: string, is: 'off' | 'begun' | 'on') => {
    await givePassword({ machine, ...app }, account_id)
    return machine.auth(async db => {
      await db.deleteFrom('second_factor').where('account_id', '=', account_id).execute()
      await db.deleteFrom('sign_in_attempt').execute()
      const secret = is === 'off' ? '' : await startFactor(machine, db, account_id)
      const confirmed_at = is === 'on' ? machine.clock.now() : null
      await db
        .updateTable('second_factor')
        .set({ confirmed_at })
        .where('account_id', '=', account_id)
        .execute()
      return secret
    })
  }
  const given = (is: 'off' | 'on') => async (world: World) => {
    await prepared(world.owner.account_id, is)
    return { body: { password } }
  }
  return {
    'second_factor.begin': given('off'),
    async 'second_factor.confirm'({ owner }) {
      const secret = await prepared(owner.account_id, 'begun')
      return { body: { code: codeAt(secret, counterAt(machine.clock.now())) } }
    },
    'second_factor.recovery_codes': given('on'),
    'second_factor.remove': given('on'),
  }
}

/** What a device makes for a question that was just put to its owner. */
function passkeyInputs(app: TestApp): Matrix['inputs'] {
  return {
    'passkeys.begin': () => ({ body: {} }),
    async 'passkeys.add'({ workspace, owner }) {
      const { account_id } = owner
      await app.machine.auth(db => db.deleteFrom('passkey').where('account_id', '=', account_id).execute())
      const headers = await workspace.browser(owner.role)
      const question = await app.call(beginPasskey, { headers, body: {} })
      return { body: { ...authenticator(ownPage.origin).make(question), name: 'Of this test' } }
    },
    'passkeys.remove': () => ({ body: {} }),
  }
}

export function recordInputs(app: TestApp): Matrix['inputs'] {
  return {
    ...secondFactorInputs(app),
    ...passkeyInputs(app),
    async 'account.change_password'({ owner }) {
      await givePassword(app, owner.account_id)
      return { body: { current_password: password, new_password: 'nine copper kettles sing at dusk' } }
    },
    'fields.create': () => ({ body: { kind: 'person', type: 'text', label: { en: 'Of this test' } } }),
    'recent.note': async world => ({ body: { kind: 'person', id: await makePerson(app, world) } }),
    'tags.list': () => ({ query: { kind: 'person' } }),
    'tags.create': () => ({ body: { kind: 'person', name: 'Of this test' } }),
    'tags.update': () => ({ body: { colour: 'teal' } }),
    async 'tags.merge'({ workspace }) {
      const body = { kind: 'person', name: `Tag ${newId()}` }
      return { body: { into: (await app.call(createTag, { key: workspace.keys.owner, body })).id } }
    },
    'people.tag_many': async world => ({
      body: { ids: [await makePerson(app, world)], add: ['Of this test'] },
    }),
    'companies.tag_many': async world => ({
      body: { ids: [await makeCompany(app, world)], add: ['Of this test'] },
    }),
    'views.create': () => ({ body: { kind: 'person', name: 'Of this test', filter: 'country = "DE"' } }),
    'views.update': () => ({ body: { name: 'Renamed' } }),
    'views.set_my_default': () => ({ body: { kind: 'person', view_id: null } }),
    'views.set_role_default': () => ({ body: { kind: 'person', role: 'agent', view_id: null } }),
    'fields.update': () => ({ body: { label: { en: 'Renamed' } } }),
    async 'changes.undo'(world) {
      const key = world.workspace.keys.owner
      const record_id = await makePerson(app, world)
      const params = { id: record_id }
      await app.call(people.update, { key, params, body: { name: 'Renamed' } })
      const { items } = await app.call(people.history, { key, params })
      return { body: { request_id: items[0]?.request_id ?? '', record_id } }
    },
    'records.titles': () => ({ query: { kind: 'person', ids: newId() } }),
    'people.merge': async world => ({ body: { other_id: await makePerson(app, world) } }),
    async 'people.unmerge'(world, params) {
      const other_id = await makePerson(app, world)
      // Where there is no such person, there is nothing to merge with either.
      await app.ask(mergePeople, {
        key: world.workspace.keys.owner,
        params: { id: params['id'] ?? '' },
        body: { other_id },
      })
      return { body: { other_id } }
    },
    'companies.merge': async world => ({ body: { other_id: await makeCompany(app, world) } }),
    async 'companies.unmerge'(world, params) {
      const other_id = await makeCompany(app, world)
      await app.ask(mergeCompanies, {
        key: world.workspace.keys.owner,
        params: { id: params['id'] ?? '' },
        body: { other_id },
      })
      return { body: { other_id } }
    },
    'people.change_many': async world => ({ body: await renaming(makePerson(app, world)) }),
    'people.delete_many': async world => ({ body: { ids: [await makePerson(app, world)] } }),
    'companies.change_many': async world => ({ body: await renaming(makeCompany(app, world)) }),
    'companies.delete_many': async world => ({ body: { ids: [await makeCompany(app, world)] } }),
    'people.count': () => ({ query: {} }),
    'companies.count': () => ({ query: {} }),
    'relationships.count': () => ({ query: {} }),
    'relationships.create': async world => ({ body: await tied(app, world) }),
    ...surveyInputs(app),
    ...importInputs(app),
    'roles.set_reach': () => ({ body: { kind: 'nothing', read: 'all', write: 'all', delete: 'all' } }),
  }
}
