import { busyDay, dayAt, hourMs, instantOf, mondayOf, timeOn, workday } from './calendar.ts'
import type { Life, Span } from './customers.ts'
import { ask, contact, type Delivered, type Diary, naturalScore, order, tell } from './diary.ts'
import type { SampleAnswer } from './model.ts'
import { troubledRegion } from './names.ts'

// What there is to discover. Everything else in the company is noise around these.

export interface Plot {
  /** The first and last day of the fortnight in which the depot of one region fails. */
  incident: { first: number; last: number }
  /** The days on which the relationship survey goes out, oldest first. */
  waves: number[]
  /** By person: the day they were let down, and whether anybody called. */
  upset: Map<string, { day: number; called: boolean }>
  /** Contacts of companies that renew soon and are unhappy with us. */
  at_risk: Set<string>
  /** Who is stuck at the Wi-Fi step of the set-up. */
  stuck: Set<string>
}

export function incidentOf({ today }: Span): Plot['incident'] {
  const first = mondayOf(today - 147)
  return { first, last: first + 13 }
}

export const wavesOf = ({ first, today }: Span): number[] =>
  Array.from({ length: 6 }, (_, wave) => mondayOf(today - 24 - 91 * (5 - wave)) + 1).filter(
    day => day > first + 20,
  )

const isIn = ({ first, last }: Plot['incident'], day: number) => day >= first && day <= last

/** Story: in one region, for a fortnight, nearly everything comes late. */
export const deliveredTo = (diary: Diary, { incident }: Plot, day: number): Delivered =>
  diary.life.person.region === troubledRegion && isIn(incident, day)
    ? diary.chance.happens(0.86)
      ? 'late'
      : 'on_time'
    : diary.chance.happens(0.025)
      ? 'late'
      : 'on_time'

const quiet_ms = 25 * 24 * hourMs

/** After a delivery the customer is asked, but not every other week. */
export function askAboutDelivery(
  diary: Diary,
  arrived_at: number,
  delivered: Delivered,
): SampleAnswer | undefined {
  const wanted = delivered === 'late' || diary.chance.happens(0.8)
  if (!wanted || arrived_at - diary.asked_at < quiet_ms) return undefined
  diary.asked_at = arrived_at
  const usual = naturalScore(diary)
  const score = delivered === 'late' ? Math.max(0, usual - diary.chance.int(2, 7)) : usual
  return ask(diary, { survey: 'delivery', at: arrived_at + 20 * hourMs, score, event: delivered })
}

const callBack = (diary: Diary, at: number) =>
  tell(diary, {
    at,
    channel: 'phone',
    kind: 'call',
    name: 'Call back after feedback',
    direction: 'outbound',
    feeling: 0.3,
    text: 'Called back about the answer: apologised, agreed on what happens next.',
  })

/** When the office is open, within two days. */
function withinTwoDays({ chance }: Diary, at: number): number {
  for (let attempt = 0; attempt < 60; attempt++) {
    const call = at + chance.int(60, 47 * 60) * 60_000
    const hour = new Date(call).getUTCHours()
    if (hour >= 8 && hour < 18 && workday(dayAt(call)) === dayAt(call)) return call
  }
  return at + 24 * hourMs
}

/** Story: whoever was let down and called back within two days buys again; the others fall silent. */
export function followUp(diary: Diary, answer: SampleAnswer, called: boolean): void {
  const { life, span } = diary
  const day = dayAt(answer.at)
  if (span.today - day < 14) {
    life.person.follow_up = 'due'
    return
  }
  if (life.person.follow_up !== undefined) return
  life.person.follow_up = called ? 'called_back' : 'not_called_back'
  if (called) callBack(diary, withinTwoDays(diary, answer.at))
  else life.until = Math.min(life.until, day)
}

/** The day they are let down: an order that goes wrong, an answer that says so, and what follows. */
export function letDown(diary: Diary, { day, called }: { day: number; called: boolean }): void {
  const { chance, span } = diary
  const arrived = order(diary, day, 'late')
  diary.asked_at = arrived
  const answer = ask(diary, {
    survey: 'delivery',
    at: arrived + 20 * hourMs,
    score: chance.int(0, 4),
    event: 'late',
    certain: true,
    within_days: 1,
  })
  if (!answer) return
  followUp(diary, answer, called)
  if (!called) return
  order(diary, dayAt(answer.at) + chance.int(9, 35), 'on_time')
  if (chance.happens(0.9)) order(diary, busyDay(chance, span.today - 80, span.today - 5), 'on_time')
}

const step = (diary: Diary, at: number, name: string) =>
  tell(diary, { at, channel: 'app', kind: 'screen_view', name })

/** Story: one step of the set-up hurts. Who is stuck sees it again and again, turns to us, and rates it badly. */
export function setUp(diary: Diary, { stuck }: Plot): void {
  const { chance, life } = diary
  const hurts = stuck.has(life.person.key)
  let at = timeOn(chance, life.since)
  step(diary, at, 'Set-up: unpack the machine')
  at += chance.int(2, 8) * 60_000
  step(diary, at, 'Set-up: connect to Wi-Fi')
  if (hurts) {
    for (let again = chance.int(3, 8); again > 0; again--) {
      at += chance.happens(0.2) ? chance.int(2, 14) * hourMs : chance.int(2, 12) * 60_000
      step(diary, at, 'Set-up: connect to Wi-Fi')
    }
    at += chance.int(20, 180) * 60_000
    contact(diary, at, {
      name: 'Machine does not connect',
      text: 'The Wi-Fi step of the set-up keeps starting again. Solved together.',
      feeling: -0.6,
    })
  }
  at += chance.int(4, 20) * 60_000
  step(diary, at, 'Set-up: first cup')
  life.person.set_up = hurts ? 'with_support' : 'alone'
  const score = hurts ? chance.int(1, 7) : Math.max(7, naturalScore(diary))
  ask(diary, {
    survey: 'set_up',
    at: at + 5 * 24 * hourMs,
    score,
    event: hurts ? 'stuck' : 'set_up',
  })
  order(diary, life.since + chance.int(0, 3), 'on_time')
}

/** Every quarter the whole base is asked; contacts of companies that are about to renew and unhappy say so in the last wave. */
export function relationship(diary: Diary, { waves, at_risk }: Plot): void {
  const { chance, life } = diary
  for (const [index, wave] of waves.entries()) {
    if (wave < life.since + 25 || wave > life.until) continue
    const risk = index === waves.length - 1 && at_risk.has(life.person.key)
    if (!risk && !chance.happens(0.8)) continue
    const score = risk ? chance.int(1, 5) : naturalScore(diary)
    ask(diary, {
      survey: 'relationship',
      at: instantOf(wave) + 9 * hourMs + chance.int(0, 40) * 60_000,
      score,
      event: risk ? 'renewal' : 'usual',
      certain: risk,
    })
  }
}

/** Who is chosen for which story; each life is in one of them at most. */
export function plotOf(
  chance: Diary['chance'],
  span: Span,
  { lives, renewing }: { lives: Life[]; renewing: ReadonlySet<string> },
): Plot {
  const known = lives.filter(({ since, until }) => since < span.today - 380 && until > span.today)
  const contacts = known.filter(({ person }) => person.company && renewing.has(person.company))
  const at_risk = new Set(
    chance
      .shuffle(contacts)
      .slice(0, 16)
      .map(({ person }) => person.key),
  )
  const others = known.filter(({ person }) => !at_risk.has(person.key) && person.region !== troubledRegion)
  const upset = chance
    .shuffle(others)
    .slice(0, 190)
    .map(
      ({ person }, index) =>
        [
          person.key,
          { day: chance.int(span.today - 330, span.today - 125), called: index % 2 === 0 },
        ] as const,
    )
  const fresh = lives.filter(({ since }) => since >= span.first)
  const stuck = new Set(fresh.filter(() => chance.happens(0.27)).map(({ person }) => person.key))
  return { incident: incidentOf(span), waves: wavesOf(span), upset: new Map(upset), at_risk, stuck }
}

/** Many orders fall into the fortnight of the incident: the summer offer had just begun. */
export function extraOrderDay(diary: Diary, { incident }: Plot): number | undefined {
  const { chance, life } = diary
  const here = life.person.region === troubledRegion && life.until > incident.last
  return here && life.since < incident.first && chance.happens(0.62)
    ? busyDay(chance, incident.first, incident.last - 2)
    : undefined
}
