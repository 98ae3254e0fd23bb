import { newId } from '../src/core/id.ts'
import { createKey } from '../src/identity/keys.contract.ts'
import { addMember } from '../src/identity/members.contract.ts'
import { hashPassword } from '../src/identity/password.ts'
import type { TestApp } from '../src/testing/app.ts'
import type { Matrix, RecordMaker } from './rights-matrix.ts'

// How the records behind each address are made. An address with a parameter that is missing here fails the tests.

export function recordMakers(app: TestApp): RecordMaker[] {
  return [
    {
      path: '/api/members/{id}',
      async make({ workspace }) {
        const body = { name: 'Invited', email: `${newId()}@invited.example`, role: 'viewer' as const }
        const { member } = await app.call(addMember, { key: workspace.keys.owner, body })
        return { id: member.id }
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
    { path: '/api/roles/{role}', fixed: true, make: async () => ({ role: 'manager' }) },
  ]
}

const password = 'a quiet river under seven bridges'

export function recordInputs(app: TestApp): Matrix['inputs'] {
  return {
    async 'account.change_password'({ owner }) {
      const password_hash = await hashPassword(password)
      await app.machine.auth(db =>
        db.updateTable('account').set({ password_hash }).where('id', '=', owner.account_id).execute(),
      )
      return { body: { current_password: password, new_password: 'nine copper kettles sing at dusk' } }
    },
    'roles.set_reach': () => ({ body: { kind: 'nothing', read: 'all', write: 'all', delete: 'all' } }),
  }
}
