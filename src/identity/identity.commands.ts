import { parseArgs } from 'node:util'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Command } from '../core/area.ts'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import type { Tables } from '../core/tables.ts'
import { writeKeyLimits } from './keys.contract.ts'
import { forgetKeys, listKeys, makeKey, revokeKey } from './keys.ts'
import { makeLink, makeSetUpLink } from './links.ts'
import { currencyOf } from './places.contract.ts'
import { isRole, roles } from './rights.contract.ts'
import { resetFactorOf } from './second-factor.ts'
import { forgetSessions } from './sessions.ts'
import { NewWorkspace } from './workspaces.contract.ts'
import { insertWorkspace, type NewWorkspaceInput } from './workspaces.ts'

// What an operator does from the shell of the machine. Standard output carries the result alone, so that scripts can take it.

const commandLine = { kind: 'system', id: 'command-line' } as const

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

function read(
  args: string[],
  options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>,
): Values {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw fail('invalid', { detail: error instanceof Error ? error.message : String(error), cause: error })
  }
}

function demand(values: Values, name: string): string {
  const value = values[name]
  if (typeof value !== 'string' || value === '') throw fail('invalid', { detail: `Name --${name}.` })
  return value
}

const firstWorkspace: NewWorkspaceInput = {
  name: 'My workspace',
  country: 'US',
  currency: 'USD',
  time_zone: 'UTC',
  locale: 'en',
}

/** The workspace that is named, or the only one; the first one is made if there is none, and set-up takes it over. */
export async function findWorkspace(machine: Machine, slug: Values[string]): Promise<string> {
  return machine.auth(async db => {
    const all = await db.selectFrom('workspace').select(['id', 'slug']).orderBy('slug').limit(1000).execute()
    if (typeof slug === 'string') {
      const named = all.find(one => one.slug === slug)
      if (named) return named.id
      throw fail('not_found', { detail: `There is no workspace ${slug}. ${known(all)}` })
    }
    if (all.length > 1)
      throw fail('invalid', { detail: `Name the workspace with --workspace. ${known(all)}` })
    return all[0]?.id ?? insertWorkspace(machine, db, firstWorkspace)
  })
}

const known = (all: { slug: string }[]) =>
  all.length === 0 ? 'There is none yet.' : `There are: ${all.map(one => one.slug).join(', ')}.`

function limitsOf(values: Values) {
  const perMinute = values['events-per-minute']
  const parsed = z.object(writeKeyLimits).safeParse({
    origins: values['origin'],
    ...(perMinute === undefined ? {} : { events_per_minute: Number(perMinute) }),
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const name = issue?.path[0] === 'origins' ? '--origin' : '--events-per-minute'
  throw fail('invalid', { detail: `${name} ${issue?.message ?? 'is not valid'}.` })
}

const keyCreate: Command = {
  name: 'key create',
  usage: `key create (--role ${roles.join('|')} | --write [--origin <https://…>]… [--events-per-minute <n>]) --name <name> [--workspace <slug>]   makes a key and prints it`,
  async run(machine, args, print) {
    const values = read(args, {
      role: { type: 'string' },
      write: { type: 'boolean' },
      name: { type: 'string' },
      workspace: { type: 'string' },
      origin: { type: 'string', multiple: true },
      'events-per-minute': { type: 'string' },
    })
    const name = demand(values, 'name').slice(0, 120)
    const role = values['role']
    if ((role === undefined) === (values['write'] !== true))
      throw fail('invalid', { detail: `Give either --role (${roles.join(', ')}) or --write.` })
    if (typeof role === 'string' && !isRole(role))
      throw fail('invalid', { detail: `There is no role ${role}; there are ${roles.join(', ')}.` })
    const limits = limitsOf(values)
    if (role !== undefined && (limits.origins.length > 0 || limits.events_per_minute !== undefined))
      throw fail('invalid', { detail: 'Only a write key has --origin and --events-per-minute.' })
    const workspace_id = await findWorkspace(machine, values['workspace'])
    const made = await machine.workspaceTransaction({ workspace_id, actor: commandLine }, ctx =>
      makeKey(
        ctx,
        typeof role === 'string' && isRole(role)
          ? { kind: 'api', name, role }
          : { kind: 'write', name, ...limits },
      ),
    )
    print(made.key)
    return 0
  },
}

const keyList: Command = {
  name: 'key list',
  usage:
    'key list [--workspace <slug>]   lists the newest keys: id, kind, role, first characters, name, state',
  async run(machine, args, print) {
    const { workspace } = read(args, { workspace: { type: 'string' } })
    const workspace_id = await findWorkspace(machine, workspace)
    const { items } = await machine.workspaceTransaction({ workspace_id, actor: commandLine }, ctx =>
      listKeys(ctx, { limit: 200 }),
    )
    for (const key of items) {
      const state = key.revoked_at ? 'revoked' : 'active'
      print([key.id, key.kind, key.role ?? '-', `${key.prefix}…`, key.name, state].join('\t'))
    }
    return 0
  },
}

const keyRevoke: Command = {
  name: 'key revoke',
  usage: 'key revoke --id <id> [--workspace <slug>]   refuses a key from now on',
  async run(machine, args, print) {
    const values = read(args, { id: { type: 'string' }, workspace: { type: 'string' } })
    const id = demand(values, 'id')
    if (!/^[\da-f-]{36}$/.test(id))
      throw fail('invalid', { detail: 'The id is the first column of key list.' })
    const workspace_id = await findWorkspace(machine, values['workspace'])
    const revoked = await machine.workspaceTransaction({ workspace_id, actor: commandLine }, ctx =>
      revokeKey(ctx, { id }),
    )
    forgetKeys(machine)
    print(revoked.id)
    return 0
  },
}

const workspaceCreate: Command = {
  name: 'workspace create',
  usage:
    'workspace create --name <name> [--country DE] [--currency EUR] [--time-zone Europe/Berlin]   makes a workspace and prints its short name',
  async run(machine, args, print) {
    const values = read(args, {
      name: { type: 'string' },
      country: { type: 'string' },
      currency: { type: 'string' },
      'time-zone': { type: 'string' },
    })
    const country = typeof values['country'] === 'string' ? values['country'] : firstWorkspace.country
    const parsed = NewWorkspace.safeParse({
      name: demand(values, 'name'),
      country,
      currency: values['currency'] ?? currencyOf(country),
      time_zone: values['time-zone'] ?? firstWorkspace.time_zone,
    })
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      throw fail('invalid', { detail: `${String(issue?.path[0])}: ${issue?.message ?? 'not valid'}` })
    }
    const slug = await machine.auth(async db => {
      const owner = await db
        .selectFrom('account')
        .select(['id as account_id', 'name', 'email'])
        .where('is_installation_owner', '=', true)
        .orderBy('created_at')
        .executeTakeFirst()
      const id = await insertWorkspace(machine, db, parsed.data, owner)
      const made = await db
        .selectFrom('workspace')
        .select('slug')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      return made.slug
    })
    print(slug)
    return 0
  },
}

const workspaceList: Command = {
  name: 'workspace list',
  usage: 'workspace list   lists the workspaces: short name, name',
  async run(machine, _args, print) {
    const all = await machine.auth(db =>
      db.selectFrom('workspace').select(['slug', 'name']).orderBy('slug').limit(1000).execute(),
    )
    for (const one of all) print(`${one.slug}\t${one.name}`)
    return 0
  },
}

async function accountOfAddress(db: Kysely<Tables>, address: string): Promise<string> {
  const account = await db.selectFrom('account').select('id').where('email', '=', address).executeTakeFirst()
  if (!account) throw fail('not_found', { detail: `There is no account ${address}.` })
  return account.id
}

const resetLink: Command = {
  name: 'account reset-link',
  usage:
    'account reset-link --email <address>   prints a one-time link with which the person chooses a new password',
  async run(machine, args, print) {
    const { email } = read(args, { email: { type: 'string' } })
    const address = demand({ email }, 'email').trim().toLowerCase()
    const link = await machine.auth(async db => {
      return makeLink(machine, db, {
        purpose: 'password',
        account_id: await accountOfAddress(db, address),
      })
    })
    print(`${machine.publicUrl()}${link.path}`)
    return 0
  },
}

const resetFactor: Command = {
  name: 'account reset-factor',
  usage:
    'account reset-factor --email <address>   takes away the second factor of somebody who has lost it, and signs them out',
  async run(machine, args, print) {
    const { email } = read(args, { email: { type: 'string' } })
    const address = demand({ email }, 'email').trim().toLowerCase()
    await machine.auth(async db => {
      const account_id = await accountOfAddress(db, address)
      await resetFactorOf(machine, db, { account_id, actor: `${commandLine.kind}:${commandLine.id}` })
    })
    forgetSessions(machine)
    print(address)
    return 0
  },
}

const setUpLink: Command = {
  name: 'setup-link',
  usage: 'setup-link   prints a new one-time link that sets up an empty installation',
  async run(machine, _args, print) {
    const link = await makeSetUpLink(machine)
    if (link === undefined) throw fail('gone', { detail: 'Rapport is set up already. Open it and sign in.' })
    print(link)
    return 0
  },
}

export const identityCommands: Command[] = [
  keyCreate,
  keyList,
  keyRevoke,
  workspaceCreate,
  workspaceList,
  resetLink,
  resetFactor,
  setUpLink,
]
