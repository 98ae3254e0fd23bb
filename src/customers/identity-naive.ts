// What the identity graph must come to, written as plainly as possible: the whole history is played again from the start after every
// step, with the merges that were taken apart left out. Only the property test uses it.

export type Step =
  | {
      op: 'identify'
      user?: string
      email?: string
      device?: string
      traits: Record<string, string>
      at: number
    }
  | { op: 'edit'; person: number; field: string; value: string | null }
  | { op: 'merge'; one: number; other: number; keep: Record<string, 'this' | 'other'> }
  | { op: 'unmerge'; merge: number }

type Values = Record<string, { value: string | null; at: number | null }>
interface Span {
  person: number
  from: number
  to: number
  claimed: number
}

type Fact =
  | { kind: 'write'; person: number; field: string; value: string | null; at: number | null }
  | { kind: 'merge'; id: number; winner: number; loser: number; keep: Record<string, 'this' | 'other'> }

const companions: Record<string, string[]> = {
  name: ['name'],
  job_title: ['job_title'],
  email: ['email'],
  city: ['city', 'region'],
  region: ['city', 'region'],
}

export class Naive {
  people = 0
  facts: Fact[] = []
  closed = new Set<number>()
  merges = 0
  owners = new Map<string, number>()
  devices = new Map<string, Span[]>()
  private readonly now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  /** Who is read through whom, and what each shows, from the very start. */
  replay(): { root: number[]; shown: Values[] } {
    const parent = Array.from({ length: this.people }, (_, person) => person)
    const shown: Values[] = parent.map(() => ({}))
    const rootOf = (person: number): number =>
      parent[person] === person ? person : rootOf(parent[person] ?? person)
    for (const fact of this.facts) {
      if (fact.kind === 'write') (shown[fact.person] ??= {})[fact.field] = { value: fact.value, at: fact.at }
      else if (!this.closed.has(fact.id)) {
        parent[fact.loser] = fact.winner
        shown[fact.winner] = this.together(shown[fact.winner] ?? {}, shown[fact.loser] ?? {}, fact.keep)
      }
    }
    return { root: parent.map((_, person) => rootOf(person)), shown }
  }

  private together(mine: Values, theirs: Values, keep: Record<string, 'this' | 'other'>): Values {
    const result: Values = {}
    for (const field of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
      const group = companions[field] ?? [field]
      const has = group.some(one => (mine[one]?.value ?? null) !== null)
      const side = keep[field] ?? keep[group[0] ?? field] ?? (has ? 'this' : 'other')
      const value = side === 'this' ? mine[field] : theirs[field]
      if (value !== undefined) result[field] = value
    }
    return result
  }

  private rootOf(person: number): number {
    return this.replay().root[person] ?? person
  }

  private hasUser(root: number): boolean {
    return [...this.owners].some(([key, person]) => key.startsWith('user ') && this.rootOf(person) === root)
  }

  /** Whether it named two people. */
  identify(step: Extract<Step, { op: 'identify' }>): boolean {
    const user = step.user === undefined ? undefined : `user ${step.user}`
    const email = step.email === undefined ? undefined : `email ${step.email}`
    const byUser = user === undefined ? undefined : this.owners.get(user)
    const byEmail = email === undefined ? undefined : this.owners.get(email)
    if (user === undefined && email === undefined) return false
    let person = byUser
    let emailIsForeign = false
    if (person !== undefined)
      emailIsForeign = byEmail !== undefined && this.rootOf(byEmail) !== this.rootOf(person)
    else if (byEmail !== undefined && (user === undefined || !this.hasUser(this.rootOf(byEmail))))
      person = byEmail
    else {
      person = this.people++
      emailIsForeign = byEmail !== undefined
    }
    if (user !== undefined && byUser === undefined) this.owners.set(user, person)
    if (email !== undefined && byEmail === undefined) this.owners.set(email, person)
    if (step.device !== undefined) this.claim(step.device, person, step.at)
    const traits = {
      ...step.traits,
      ...(step.email === undefined || emailIsForeign ? {} : { email: step.email }),
    }
    this.fold(this.rootOf(person), traits, step.at)
    return emailIsForeign
  }

  private fold(root: number, traits: Record<string, string>, at: number): void {
    const shown = this.replay().shown[root] ?? {}
    for (const [field, value] of Object.entries(traits)) {
      const held = shown[field]
      const since = held?.at ?? Number.NEGATIVE_INFINITY
      const larger = JSON.stringify(value) > JSON.stringify(held?.value ?? null)
      if (at > since || (at === since && larger))
        this.facts.push({ kind: 'write', person: root, field, value, at })
    }
  }

  private claim(device: string, person: number, at: number): void {
    const spans = this.devices.get(device) ?? []
    this.devices.set(device, spans)
    if (spans.length === 0) {
      spans.push({ person, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, claimed: at })
      return
    }
    const here = spans.find(span => span.from <= at && at < span.to)
    if (here === undefined) return
    if (here.person === person) {
      here.claimed = Math.min(here.claimed, at)
      return
    }
    const kept = spans.filter(span => span !== here)
    const split =
      at < here.claimed
        ? [
            { person, from: here.from, to: here.claimed, claimed: at },
            { ...here, from: here.claimed },
          ]
        : [
            { ...here, to: at },
            { person, from: at, to: here.to, claimed: at },
          ]
    this.devices.set(
      device,
      [...kept, ...split].filter(span => span.from < span.to).toSorted((a, b) => a.from - b.from),
    )
  }

  edit(step: Extract<Step, { op: 'edit' }>): void {
    const root = this.rootOf(step.person)
    const held = this.replay().shown[root]?.[step.field]?.value ?? null
    if (held !== step.value)
      this.facts.push({ kind: 'write', person: root, field: step.field, value: step.value, at: this.now() })
  }

  /** False when they are one already. */
  merge(step: Extract<Step, { op: 'merge' }>): boolean {
    const [winner, loser] = [this.rootOf(step.one), this.rootOf(step.other)]
    if (winner === loser) return false
    this.facts.push({ kind: 'merge', id: this.merges++, winner, loser, keep: step.keep })
    return true
  }

  openMerges(): Extract<Fact, { kind: 'merge' }>[] {
    return this.facts.flatMap(fact => (fact.kind === 'merge' && !this.closed.has(fact.id) ? [fact] : []))
  }

  unmerge(id: number): void {
    const fact = this.openMerges().find(one => one.id === id)
    if (fact === undefined) return
    const root = this.rootOf(fact.winner)
    this.closed.add(id)
    const { root: roots, shown } = this.replay()
    const address = shown[root]?.['email']?.value
    if (!address || address !== shown[fact.loser]?.['email']?.value) return
    const owner = this.owners.get(`email ${address}`)
    if (owner === undefined || roots[owner] !== fact.loser) return
    this.facts = this.facts.filter(
      one => one.kind === 'merge' || one.person !== root || one.field !== 'email' || one.value !== address,
    )
  }
}
