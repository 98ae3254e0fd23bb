import { type Identifier, keyOf } from './normal-form.ts'

// The rules by which identifiers come to people, free of any database: a state and a sighting in, changes out. Deterministic only.
// A user id, an external id and an e-mail address are hard: each names one person. A phone number is claimed but never decides. An
// anonymous id is a device: it moves between people in time and glues nobody. Nothing here merges: two people that one event names
// go to a review.

const always = Number.NEGATIVE_INFINITY
const forever = Number.POSITIVE_INFINITY

/** An identifier was this person's in [from, to); times are epoch milliseconds, infinite for "always". */
export interface Claim {
  /** The stored row; absent while it is only decided. */
  row?: string
  node: string
  from: number
  to: number
  /** Time of the earliest evidence, which may be later than `from`. */
  claimed: number
}

export interface GraphNode {
  root: string
  deleted: boolean
}

export interface Graph {
  /** By identifier, in order of time, never overlapping. */
  claims: Map<string, Claim[]>
  shared: Set<string>
  nodes: Map<string, GraphNode>
  /** How many identifiers in force, by root, type and source. */
  counts: Map<string, number>
}

export interface Sighting {
  identifiers: Identifier[]
  at: number
  rule: string
  /** alias: the id used before, which may have been a user id or an anonymous one. */
  previous?: string
}

export type Change =
  | { kind: 'person'; node: string }
  | { kind: 'claim'; key: string; claim: Claim; rule: string }
  | { kind: 'close' | 'retract' | 'earlier'; key: string; claim: Claim }
  | { kind: 'share'; key: string; at: number }

export interface Verdict {
  /** Whose node the sighting belongs to; undefined when it names nobody. */
  node: string | undefined
  created: boolean
  changes: Change[]
  conflicts: { node: string; other: string; keys: string[] }[]
  /** Identifiers that belong to somebody else or were refused: their traits are not this person's. */
  foreign: Set<string>
  refused?: 'too_many_identifiers'
}

interface Step {
  graph: Graph
  sighting: Sighting
  verdict: Verdict
}

export const identifiersPerType = 1000
const hardTypes = ['user_id', 'external_id', 'email'] as const

export const sourceOf = (identifier: Identifier): string =>
  identifier.type === 'external_id' && identifier.value.includes(':')
    ? identifier.value.slice(0, identifier.value.indexOf(':'))
    : ''
export const countKey = (root: string, type: string, source: string) => `${root} ${type} ${source}`
export const rootOf = (graph: Graph, node: string): string => graph.nodes.get(node)?.root ?? node

const countOf = (graph: Graph, node: string, identifier: Identifier): number =>
  graph.counts.get(countKey(rootOf(graph, node), identifier.type, sourceOf(identifier))) ?? 0

function count(graph: Graph, node: string, identifier: Identifier, by: 1 | -1): void {
  const key = countKey(rootOf(graph, node), identifier.type, sourceOf(identifier))
  graph.counts.set(key, (graph.counts.get(key) ?? 0) + by)
}

/** Who has it now, unless that person was deleted. */
export function ownerOf(graph: Graph, identifier: Identifier): string | undefined {
  const last = graph.claims.get(keyOf(identifier))?.at(-1)
  if (last === undefined || last.to !== forever || graph.nodes.get(last.node)?.deleted) return undefined
  return last.node
}

function place(step: Step, identifier: Identifier, claim: Claim): void {
  // Two people met with one device at the same instant: the time between them is none.
  if (claim.from >= claim.to) return
  const key = keyOf(identifier)
  const before = step.graph.claims.get(key)
  step.graph.claims.set(key, before ? [...before, claim].sort((a, b) => a.from - b.from) : [claim])
  count(step.graph, claim.node, identifier, 1)
  step.verdict.changes.push({ kind: 'claim', key, claim, rule: step.sighting.rule })
}

function retract(step: Step, identifier: Identifier, claim: Claim): void {
  const key = keyOf(identifier)
  step.graph.claims.set(
    key,
    (step.graph.claims.get(key) ?? []).filter(other => other !== claim),
  )
  count(step.graph, claim.node, identifier, -1)
  step.verdict.changes.push({ kind: 'retract', key, claim })
}

/** Ends a claim at an instant; one that would become empty is withdrawn. */
function cut(step: Step, identifier: Identifier, claim: Claim, at: number): void {
  if (at <= claim.from) return retract(step, identifier, claim)
  claim.to = at
  step.verdict.changes.push({ kind: 'close', key: keyOf(identifier), claim })
}

/** One runaway integration must not make a person that no page can load. */
function full(step: Step, identifier: Identifier, node: string): boolean {
  if (countOf(step.graph, node, identifier) < identifiersPerType) return false
  step.verdict.refused = 'too_many_identifiers'
  step.verdict.foreign.add(keyOf(identifier))
  return true
}

/** Hard identifiers stay: they are given once, and again only after their person was deleted. */
function attach(step: Step, identifier: Identifier, node: string): void {
  const { at } = step.sighting
  const last = step.graph.claims.get(keyOf(identifier))?.at(-1)
  if (last?.to === forever && !step.graph.nodes.get(last.node)?.deleted) return
  if (full(step, identifier, node)) return
  if (last?.to === forever) cut(step, identifier, last, at)
  const before = step.graph.claims.get(keyOf(identifier))?.at(-1)
  place(step, identifier, { node, from: before?.to ?? always, to: forever, claimed: at })
}

/** A second person with the same number makes it nobody's from then on: a switchboard or a household. */
function attachPhone(step: Step, identifier: Identifier, node: string): void {
  const { graph, sighting } = step
  const key = keyOf(identifier)
  if (graph.shared.has(key)) return
  const owner = ownerOf(graph, identifier)
  if (owner === undefined) return attach(step, identifier, node)
  const last = graph.claims.get(key)?.at(-1)
  if (last === undefined || rootOf(graph, owner) === rootOf(graph, node)) return
  cut(step, identifier, last, sighting.at)
  graph.shared.add(key)
  step.verdict.changes.push({ kind: 'share', key, at: sighting.at })
}

/** From this instant the device is this person's; what was before stays with whom it was. */
function attachDevice(step: Step, identifier: Identifier, node: string): void {
  const { at } = step.sighting
  const key = keyOf(identifier)
  const claims = step.graph.claims.get(key) ?? []
  const here = claims.find(claim => claim.from <= at && at < claim.to)
  if (here?.node === node) {
    if (at >= here.claimed) return
    here.claimed = at
    step.verdict.changes.push({ kind: 'earlier', key, claim: here })
    return
  }
  if (full(step, identifier, node)) return
  if (here === undefined) {
    // Never owned: its whole history comes along.
    if (claims.length === 0) place(step, identifier, { node, from: always, to: forever, claimed: at })
    return
  }
  const { from, to, claimed } = here
  if (at < claimed) {
    // Late news from before the present owner's first evidence; the owner keeps it from that evidence on.
    retract(step, identifier, here)
    place(step, identifier, { node, from, to: claimed, claimed: at })
    place(step, identifier, { node: here.node, from: claimed, to, claimed })
    return
  }
  cut(step, identifier, here, at)
  place(step, identifier, { node, from: at, to, claimed: at })
}

function conflict(step: Step, node: string, other: string, keys: string[]): void {
  for (const key of keys) step.verdict.foreign.add(key)
  step.verdict.conflicts.push({ node, other, keys })
}

function create(step: Step, newNode: () => string): string {
  const node = newNode()
  step.graph.nodes.set(node, { root: node, deleted: false })
  step.verdict.created = true
  step.verdict.changes.push({ kind: 'person', node })
  return node
}

/** The person the hard identifiers name: the strongest decides, whoever else is named is a conflict. */
function nameOf(step: Step, hard: Identifier[], newNode: () => string): string | undefined {
  const { graph } = step
  const owned = hard.flatMap(identifier => {
    const node = ownerOf(graph, identifier)
    return node === undefined ? [] : [{ identifier, node }]
  })
  const [first] = owned
  if (first === undefined) return hard.length === 0 ? undefined : create(step, newNode)
  // A new id seen with somebody's weaker identifier is that person's, unless they already have an id of that very kind: then it is
  // another person who uses the same mailbox.
  const stronger = hard.slice(0, hard.indexOf(first.identifier))
  const taken = stronger.some(identifier => countOf(graph, first.node, identifier) > 0)
  const node = taken ? create(step, newNode) : first.node
  const others = new Map<string, { node: string; keys: string[] }>()
  for (const { identifier, node: owner } of owned) {
    const root = rootOf(graph, owner)
    if (root === rootOf(graph, node)) continue
    const other = others.get(root) ?? { node: owner, keys: [] }
    other.keys.push(keyOf(identifier))
    others.set(root, other)
  }
  for (const other of others.values()) conflict(step, node, other.node, other.keys)
  return node
}

/** alias(previous → user id): a known previous user id and a new one are one person; two known people are for somebody to decide. */
function followAlias(step: Step, hard: Identifier[], previous: string): void {
  const { graph } = step
  const old: Identifier = { type: 'user_id', value: previous }
  const user = hard.find(identifier => identifier.type === 'user_id')
  const oldOwner = ownerOf(graph, old)
  if (user === undefined || oldOwner === undefined) return
  if (ownerOf(graph, user) === undefined) attach(step, user, oldOwner)
  else hard.push(old)
}

const startStep = (graph: Graph, sighting: Sighting): Step => ({
  graph,
  sighting,
  verdict: { node: undefined, created: false, changes: [], conflicts: [], foreign: new Set() },
})
const of = (sighting: Sighting, type: string) =>
  sighting.identifiers.filter(identifier => identifier.type === type)

/** The identifiers that name somebody, the strongest first. */
export const hardOf = (sighting: Sighting): Identifier[] => hardTypes.flatMap(type => of(sighting, type))

/** Gives a known person the identifiers of a sighting; those that are somebody else's stay there. */
export function assign(graph: Graph, sighting: Sighting, node: string): Verdict {
  const step = startStep(graph, sighting)
  step.verdict.node = node
  assignAll(step, hardOf(sighting), node)
  return step.verdict
}

function assignAll(step: Step, hard: Identifier[], node: string): void {
  const { graph, sighting, verdict } = step
  for (const identifier of hard) if (!verdict.foreign.has(keyOf(identifier))) attach(step, identifier, node)
  for (const phone of of(sighting, 'phone')) attachPhone(step, phone, node)
  const devices = of(sighting, 'anonymous_id')
  const { previous } = sighting
  if (previous !== undefined && ownerOf(graph, { type: 'user_id', value: previous }) === undefined)
    devices.push({ type: 'anonymous_id', value: previous })
  for (const device of devices) attachDevice(step, device, node)
}

/** Whose sighting it is, and what follows from it. Changes the graph as it goes, so that the next sighting meets the result. */
export function decide(graph: Graph, sighting: Sighting, newNode: () => string): Verdict {
  const step = startStep(graph, sighting)
  const hard = hardOf(sighting)
  if (sighting.previous !== undefined) followAlias(step, hard, sighting.previous)
  const { verdict } = step
  verdict.node = nameOf(step, hard, newNode)
  if (verdict.node !== undefined) assignAll(step, hard, verdict.node)
  return verdict
}
