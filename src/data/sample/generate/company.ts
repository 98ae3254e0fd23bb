import { busyDay, dayOf, hourMs, instantOf, timeOn, workday } from './calendar.ts'
import { type Life, makeCompanies, makeLives, type Span } from './customers.ts'
import { ask, contact, type Diary, happened, naturalScore, newDiary, order, tell, visit } from './diary.ts'
import type { SampleData, SampleInteraction, SampleInvitation } from './model.ts'
import { type Chance, chanceOf } from './random.ts'
import {
  askAboutDelivery,
  deliveredTo,
  extraOrderDay,
  followUp,
  letDown,
  type Plot,
  plotOf,
  relationship,
  setUp,
} from './stories.ts'
import { tagged, tieTogether } from './ties.ts'

// Larkholt Coffee, which sells coffee and leases machines, with everybody who ever bought from it in the last eighteen months.

export const sampleSizes = { people: 2000, companies: 300, interactions: 60_000, answers: 4000 } as const
const spanDays = 548

export interface Recipe {
  seed: string
  /** The day up to which things have happened; nothing is of this day or later. */
  today: string
}

/** The same seed and day give the same company, to the last letter. */
export function generateSample({ seed, today }: Recipe): SampleData {
  const chance = chanceOf(seed)
  const span: Span = { first: dayOf(today) - spanDays, today: dayOf(today) }
  const companies = makeCompanies(chance.fork('companies'), span, sampleSizes.companies)
  const lives = makeLives(chance.fork('people'), span, { companies, count: sampleSizes.people })
  const renewing = new Set(
    companies
      .filter(({ company }) => {
        const left = dayOf(company.renewal_on) - span.today
        return left >= 3 && left <= 88
      })
      .map(({ company }) => company.key),
  )
  const plot = plotOf(chance.fork('plot'), span, { lives, renewing })
  const diaries = lives.map(life => live(chance.fork(life.person.key), life, span, plot))
  const invitations = fewerAnswers(
    chance.fork('answers'),
    diaries.flatMap(diary => diary.invitations),
    plot,
  )
  const firms = companies.map(({ company }) => company)
  const world = { companies: firms, lives }
  const tags = tagged(chance.fork('tags'), world)
  for (const one of [...firms, ...lives.map(({ person }) => person)]) one.tags = tags.get(one.key) ?? []
  return {
    companies: firms,
    relations: tieTogether(chance.fork('ties'), span, world),
    people: lives.map(({ person }) => person),
    interactions: withLetters(chance.fork('letters'), diaries),
    invitations,
  }
}

/** One customer's eighteen months, in the order of time where one thing depends on another. */
function live(chance: Chance, life: Life, span: Span, plot: Plot): Diary {
  const diary = newDiary(chance, life, span)
  const isNew = life.since >= span.first
  const upset = plot.upset.get(life.person.key)
  if (isNew) setUp(diary, plot)
  for (const day of orderDays(diary, plot)) {
    if (day > life.until) break
    if (upset && day >= upset.day) break
    const delivered = deliveredTo(diary, plot, day)
    const arrived = order(diary, day, delivered)
    if (life.habit === 'shop') continue
    const answer = askAboutDelivery(diary, arrived, delivered)
    if (answer && answer.score <= 6) followUp(diary, answer, delivered === 'late' || chance.happens(0.8))
  }
  if (upset) letDown(diary, upset)
  between(diary)
  relationship(diary, plot)
  return diary
}

function orderDays(diary: Diary, plot: Plot): number[] {
  const { chance, life, span } = diary
  const first = Math.max(span.first, life.since)
  const last = Math.min(span.today, life.until)
  if (last <= first) return []
  const expected = (life.pace * (last - first)) / 30
  const count = Math.floor(expected) + (chance.happens(expected % 1) ? 1 : 0)
  const days = Array.from({ length: count }, () => busyDay(chance, first, last))
  const extra = extraOrderDay(diary, plot)
  return (extra === undefined ? days : [...days, extra]).sort((one, other) => one - other)
}

const questions = [
  ['Question about an invoice', 'Asked for a copy of the last invoice.', 0],
  ['Change of address', 'Gave a new delivery address.', 0.1],
  ['Machine makes a noise', 'The grinder rattles; a technician was sent.', -0.3],
  ['Which blend?', 'Wanted a milder coffee; recommended the house blend.', 0.3],
] as const

/** Visits, questions, a technician now and then, and the odd word on social media. */
function between(diary: Diary): void {
  const { chance, life, span } = diary
  const first = Math.max(span.first, life.since + 3)
  const last = Math.min(span.today - 1, life.until)
  const months = Math.max(0, (last - first) / 30)
  const times = (per_month: number) => {
    const expected = per_month * months
    return Math.floor(expected) + (chance.happens(expected % 1) ? 1 : 0)
  }
  const day = () => busyDay(chance, first, last)
  for (let left = times(0.16 + life.pace / 4); left > 0; left--)
    visit(diary, timeOn(chance, day()), chance.int(1, 2))
  for (let left = times(0.05); left > 0; left--) {
    const [name, text, feeling] = chance.pick(questions)
    const at = timeOn(chance, day(), 'office')
    contact(diary, at, { name, text, feeling })
    if (chance.happens(0.6))
      ask(diary, { survey: 'support', at: at + 3 * hourMs, score: naturalScore(diary), event: 'support' })
  }
  if (life.person.company !== undefined)
    for (let left = times(0.06); left > 0; left--) serviceVisit(diary, day())
  for (let left = times(0.012); left > 0; left--)
    tell(diary, {
      at: timeOn(chance, day()),
      channel: 'social',
      kind: 'message',
      name: 'Mention',
      direction: 'inbound',
      feeling: Math.round(life.mood * 10) / 10,
      text: life.mood > 0 ? 'Best coffee in the office so far.' : 'Our coffee order is late again.',
    })
}

function serviceVisit(diary: Diary, day: number): void {
  const { chance } = diary
  const at = timeOn(chance, workday(day), 'office')
  tell(diary, {
    at,
    channel: 'in_person',
    kind: 'meeting',
    name: 'Service visit',
    text: 'Machine cleaned and checked.',
  })
  if (chance.happens(0.6))
    ask(diary, { survey: 'visit', at: at + 4 * hourMs, score: naturalScore(diary), event: 'visit' })
}

const isPlanted = ({ answer }: SampleInvitation, lastWave: number) =>
  answer !== undefined && answer.at >= instantOf(lastWave) && answer.score <= 6

/** As many answers as are promised: some of those to the relationship survey were not given after all. */
function fewerAnswers(chance: Chance, all: SampleInvitation[], { waves }: Plot): SampleInvitation[] {
  const lastWave = waves.at(-1) ?? 0
  const answered = all.filter(one => one.answer)
  const spare = answered.filter(one => one.survey === 'relationship' && !isPlanted(one, lastWave))
  const silent = new Set(chance.shuffle(spare).slice(0, answered.length - sampleSizes.answers))
  return all
    .map(one => (silent.has(one) ? { ...one, answer: undefined } : one))
    .sort((one, other) => one.at - other.at)
}

/** The newsletter fills the record up to the promised number: it goes to whoever is a customer, once a month. */
function withLetters(chance: Chance, diaries: Diary[]): SampleInteraction[] {
  const told = diaries.flatMap(diary => diary.interactions)
  const letters: SampleInteraction[] = []
  for (const [index, diary] of diaries.entries())
    for (let day = diary.span.first + 9; day < diary.span.today; day += 30) {
      const at = instantOf(workday(day + (index % 4))) + 8 * hourMs + chance.int(0, 50) * 60_000
      if (happened(diary, at))
        letters.push({
          person: diary.life.person.key,
          at,
          channel: 'email',
          kind: 'message',
          name: 'Newsletter',
          direction: 'outbound',
        })
    }
  const wanted = sampleSizes.interactions - sampleSizes.answers - told.length
  return [...told, ...chance.shuffle(letters).slice(0, Math.max(0, wanted))].sort(
    (one, other) => one.at - other.at,
  )
}
