import { isIP } from 'node:net'
import type { RequestFacts } from '../core/area.ts'
import { fail } from '../core/errors.ts'
import type { Machine } from '../core/machine.ts'
import { says } from './says.ts'
import type { PasskeyPlace } from './session.contract.ts'

// A passkey belongs to a host name. It is the one in the browser's address bar, which the browser itself checks, and
// where the installation has one address, that one alone: a passkey made at a side entrance would work nowhere else.

interface Party {
  rp_id: string
  origin: string
}

type Facts = Pick<RequestFacts, 'host' | 'secure'>

const isLocal = (name: string) => name === 'localhost' || name.endsWith('.localhost')

/** On the machine itself there is another name for the same page. */
function namedAddress(machine: Machine, host: string): string | null {
  const { public_url } = machine.config
  if (public_url !== undefined) return public_url
  const port = /:\d+$/.exec(host)?.[0] ?? ''
  return /^(?:127\.|\[::1\])/.test(host) ? `http://localhost${port}` : null
}

function partyAt(machine: Machine, { host, secure }: Facts): Party | PasskeyPlace {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  const origin = `${secure ? 'https' : 'http'}://${host}`
  const { public_url } = machine.config
  const address = namedAddress(machine, host)
  if (isIP(name.replaceAll(/[[\]]/g, '')) !== 0) return { state: 'ip_address', address }
  if (isLocal(name)) return { rp_id: name, origin }
  if (!secure) return { state: 'https_needed', address }
  if (public_url !== undefined && new URL(public_url).origin !== origin)
    return { state: 'other_address', address }
  return { rp_id: name, origin }
}

/** Whether passkeys work where this page was opened, and if not, why. */
export function passkeyPlace(machine: Machine, facts: Facts): PasskeyPlace {
  const party = partyAt(machine, facts)
  return 'state' in party ? party : { state: 'available', address: null }
}

export const rpIdHere = (machine: Machine, facts: Facts): string | undefined => {
  const party = partyAt(machine, facts)
  return 'state' in party ? undefined : party.rp_id
}

const reasons = {
  ip_address: says.passkey_ip_address,
  https_needed: says.passkey_https_needed,
  other_address: says.passkey_other_address,
}

export function demandParty(machine: Machine, facts: Facts): Party {
  const party = partyAt(machine, facts)
  if (!('state' in party)) return party
  const { state } = party
  if (state === 'available') throw fail('internal')
  throw fail('conflict', { code: `passkey_${state}`, detail: reasons[state]() })
}
