import { fail } from '../core/errors.ts'
import { says } from './says.ts'

/** Where a reader is in the two logs: each has its own order, and a page ends somewhere in both. */
export interface Place {
  interaction: { at: string; id: string } | null
  change: string | null
}

const version = 1

export const writePlace = ({ interaction, change }: Place): string =>
  Buffer.from(JSON.stringify([version, interaction?.at ?? null, interaction?.id ?? null, change])).toString(
    'base64url',
  )

export function readPlace(text: string | undefined): Place {
  if (text === undefined) return { interaction: null, change: null }
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (!Array.isArray(read) || read[0] !== version) throw new Error('another version')
    const [, at, id, change] = read as unknown[]
    const isAt = typeof at === 'string' && !Number.isNaN(Date.parse(at)) && /^[\w:.+-]{20,40}$/.test(at)
    const isId = typeof id === 'string' && /^[\da-f-]{36}$/.test(id)
    if ((at !== null || id !== null) && !(isAt && isId)) throw new Error('not a place')
    if (change !== null && !(typeof change === 'string' && /^\d{1,18}$/.test(change)))
      throw new Error('not a place')
    return {
      interaction: isAt && isId ? { at, id } : null,
      change: typeof change === 'string' ? change : null,
    }
  } catch {
    throw fail('invalid', { code: 'invalid_cursor', detail: says.invalid_cursor() })
  }
}
