import { hash, verify } from '@node-rs/argon2'
import { fail } from '../core/errors.ts'
import { passwordProblem } from './password.contract.ts'

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane (argon2id is the library's default algorithm).
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

// Each hash holds 19 MiB and a thread of the pool; a flood of sign-ins waits here, and past that is turned away.
const runningMax = 4
const waitingMax = 200
let running = 0
const waiting: (() => void)[] = []

async function withSlot<T>(work: () => Promise<T>): Promise<T> {
  if (running >= runningMax) {
    if (waiting.length >= waitingMax) throw fail('unavailable', { code: 'busy', retry_after_s: 5 })
    await new Promise<void>(resolve => waiting.push(resolve))
  } else {
    running++
  }
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

// The same letters typed on two systems may be composed differently.
const normal = (password: string) => password.normalize('NFKC')

export const hashPassword = (password: string): Promise<string> =>
  withSlot(() => hash(normal(password), cost))

let nobody: Promise<string> | undefined

/** Takes as long for an account that does not exist as for a wrong password. */
export async function passwordMatches(stored: string | null | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('an account that does not exist')
  const against = stored ?? (await nobody)
  const matches = await withSlot(() => verify(against, normal(password)))
  return matches && typeof stored === 'string'
}

/** Refuses what an attacker tries first; `words` are the person's and the workspace's own. */
export function demandGoodPassword(password: string, words: readonly string[], path = 'password'): void {
  const message = passwordProblem(password, words)
  if (message) throw fail('invalid', { code: 'weak_password', detail: message, errors: [{ path, message }] })
}
