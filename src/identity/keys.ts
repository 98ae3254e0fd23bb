import { timingSafeEqual } from 'node:crypto'
import type { Ctx, Principal } from '../core/ctx.ts'
import { fail } from '../core/errors.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import { announce } from './announce.ts'
import { type Recent, recent } from './recent.ts'
import { mayGrant, type Role, rightsOf, writeKeyRights } from './rights.contract.ts'
import { roleNamed, says } from './says.ts'
import { overridesOf } from './sessions.ts'
import { digestOf, newToken } from './tokens.ts'

const shown = [
  ...(['id', 'name', 'kind', 'role', 'prefix', 'created_at', 'last_used_at', 'revoked_at'] as const),
  ...(['origins', 'events_per_minute'] as const),
]

// The database checks both columns against the same lists.
interface Checked {
  kind: 'api' | 'write'
  role: Role | null
}

export type NewKey =
  | { kind: 'api'; name: string; role: Role }
  | { kind: 'write'; name: string; origins?: string[]; events_per_minute?: number | undefined }

/** Makes a key. The key itself leaves here once; the database keeps its digest. */
export async function makeKey(ctx: Ctx, input: NewKey) {
  const key = `${input.kind === 'api' ? 'rk' : 'wk'}_${newToken()}`
  const api_key = await ctx.db
    .insertInto('api_key')
    .values({
      workspace_id: ctx.workspace_id,
      id: newId(),
      name: input.name,
      kind: input.kind,
      role: input.kind === 'api' ? input.role : null,
      origins: input.kind === 'write' ? (input.origins ?? []) : [],
      events_per_minute: input.kind === 'write' ? (input.events_per_minute ?? null) : null,
      prefix: key.slice(0, 9),
      digest: digestOf(key),
      created_by: ctx.principal.member_id,
      created_at: ctx.now,
    })
    .returning(shown)
    .$narrowType<Checked>()
    .executeTakeFirstOrThrow()
  return { api_key, key }
}

export async function createKey(ctx: Ctx, input: NewKey) {
  if (input.kind === 'api' && !mayGrant(ctx.principal.role, input.role)) {
    throw fail('forbidden', {
      code: 'role_too_high',
      detail: says.key_role_too_high({ role: roleNamed(ctx.principal.role) }),
    })
  }
  return makeKey(ctx, input)
}

export async function listKeys(ctx: Ctx, { limit, after }: { limit: number; after?: string | undefined }) {
  let query = ctx.db
    .selectFrom('api_key')
    .select(shown)
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (after !== undefined) query = query.where('id', '<', after)
  const rows = await query.$narrowType<Checked>().execute()
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

export async function revokeKey(ctx: Ctx, { id }: { id: string }) {
  const found = await ctx.db
    .selectFrom('api_key')
    .select(shown)
    .$narrowType<Checked>()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!found) throw fail('not_found')
  if (found.role !== null && !mayGrant(ctx.principal.role, found.role)) {
    throw fail('forbidden', {
      code: 'role_too_high',
      detail: says.key_above_own_role({ role: roleNamed(found.role) }),
    })
  }
  if (found.revoked_at !== null) return found
  await announce(ctx.db, { of: 'workspace', id: ctx.workspace_id })
  return ctx.db
    .updateTable('api_key')
    .set({ revoked_at: ctx.now })
    .where('id', '=', id)
    .returning(shown)
    .$narrowType<Checked>()
    .executeTakeFirstOrThrow()
}

interface FoundKey {
  id: string
  workspace_id: string
  name: string
  kind: 'api' | 'write'
  origins: string[]
  events_per_minute: number | null
  principal: Principal
}

async function loadKey(machine: Machine, digest: Buffer): Promise<FoundKey | undefined> {
  return machine.auth(async db => {
    const row = await db
      .selectFrom('api_key')
      .select(['workspace_id', 'id', 'name', 'kind', 'role', 'digest', 'last_used_at'])
      .select(['origins', 'events_per_minute'])
      .where('digest', '=', digest)
      .where('revoked_at', 'is', null)
      .$narrowType<Checked>()
      .executeTakeFirst()
    if (!row || !timingSafeEqual(row.digest, digest)) return undefined
    const now = machine.clock.now()
    if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() > 60_000) {
      await db.updateTable('api_key').set({ last_used_at: now }).where('digest', '=', digest).execute()
    }
    const { workspace_id, id, name, kind, origins, events_per_minute } = row
    const rights =
      row.role === null ? writeKeyRights : rightsOf(row.role, await overridesOf(db, workspace_id))
    const principal: Principal = {
      workspace_id,
      actor: { kind: kind === 'api' ? 'key' : 'write_key', id },
      role: row.role ?? 'write_key',
      member_id: null,
      permissions: new Set(rights.permissions),
      kinds: rights.kinds,
      hidden_classes: rights.hidden_classes,
    }
    return { id, workspace_id, name, kind, origins, events_per_minute, principal }
  })
}

// A key that was revoked in another process is accepted here for at most this long. Wrong keys are remembered too.
const remembered = { for_ms: 900, entries_max: 20_000 }
const keys = new WeakMap<Machine, Recent<FoundKey | undefined>>()

function known(machine: Machine): Recent<FoundKey | undefined> {
  const found = keys.get(machine)
  if (found) return found
  const made = recent(hex => loadKey(machine, Buffer.from(hex, 'hex')), remembered)
  keys.set(machine, made)
  return made
}

export const forgetKeys = (machine: Machine): void => known(machine).clear()

const findKey = (machine: Machine, key: string) => known(machine).get(digestOf(key).toString('hex'))

export async function findApiKey(machine: Machine, key: string): Promise<Principal | undefined> {
  return (await findKey(machine, key))?.principal
}

export type WriteKey = Pick<FoundKey, 'id' | 'workspace_id' | 'name' | 'origins' | 'events_per_minute'>

/** The workspace into which a write key sends its events. */
export async function findWriteKey(machine: Machine, key: string): Promise<WriteKey | undefined> {
  const found = key.length > 200 ? undefined : await findKey(machine, key)
  return found?.kind === 'write' ? found : undefined
}
