import { dayAt, hourMs, instantOf, timeOn, workday } from './calendar.ts'
import { answersTo, commentFor, type Event, writes } from './comments.ts'
import type { Life, Span } from './customers.ts'
import type { SampleAnswer, SampleChannel, SampleInteraction, SampleInvitation, SurveyKey } from './model.ts'
import type { Chance } from './random.ts'

/** Everything that happens to one customer, written down as it happens. */
export interface Diary {
  chance: Chance
  life: Life
  span: Span
  interactions: SampleInteraction[]
  invitations: SampleInvitation[]
  /** When the last question about a delivery went out. */
  asked_at: number
}

export const newDiary = (chance: Chance, life: Life, span: Span): Diary => ({
  chance,
  life,
  span,
  interactions: [],
  invitations: [],
  asked_at: 0,
})

const minute = 60_000

/** What lies before the record begins or has not happened yet is not told, nor what would come after the customer left. */
export const happened = ({ life, span }: Diary, at: number): boolean =>
  at < instantOf(span.today) && at >= instantOf(Math.max(span.first, life.since)) && dayAt(at) <= life.until

export function tell(diary: Diary, told: Omit<SampleInteraction, 'person'>): void {
  if (happened(diary, told.at)) diary.interactions.push({ person: diary.life.person.key, ...told })
}

const pages = [
  'Shop: coffee',
  'Shop: machines',
  'Shop: accessories',
  'My orders',
  'Offers',
  'Help: brewing',
  'Blog',
]

/** A look around, on the web or in the app; returns when it ended. */
export function visit(diary: Diary, at: number, views: number): number {
  const { chance, life } = diary
  let time = at
  for (let view = 0; view < views; view++) {
    tell(diary, {
      at: time,
      channel: life.habit === 'app' ? 'app' : 'web',
      kind: life.habit === 'app' ? 'screen_view' : 'page_view',
      name: chance.pick(pages),
    })
    time += chance.int(20, 240) * 1000
  }
  return time
}

const contacts: readonly (readonly [SampleChannel, number])[] = [
  ['phone', 5],
  ['chat', 4],
  ['email', 2],
]

/** The customer turns to us. */
export function contact(
  diary: Diary,
  at: number,
  { name, text, feeling }: { name: string; text: string; feeling: number },
): void {
  const channel = diary.chance.weighted(contacts)
  tell(diary, {
    at,
    channel,
    kind: channel === 'phone' ? 'call' : 'message',
    name,
    direction: 'inbound',
    feeling,
    text,
  })
}

export type Delivered = 'on_time' | 'late'

/** An order from the look at the shop to the door; returns the instant of the delivery. */
export function order(diary: Diary, day: number, delivered: Delivered): number {
  const { chance, life } = diary
  const { habit } = life
  const office = habit === 'phone' || habit === 'shop'
  const start = timeOn(chance, day, office ? 'office' : 'any')
  const online = habit === 'web' || habit === 'app'
  const bought = online ? visit(diary, start, chance.int(1, 2)) : start
  tell(diary, {
    at: bought,
    channel: habit,
    kind: 'purchase',
    name: 'Order placed',
    amount_minor: Math.max(900, Math.round((life.basket_minor * (0.7 + 0.6 * chance.next())) / 10) * 10),
    properties: { bags: chance.int(1, 12), blend: chance.pick(['House', 'Dark', 'Decaf', 'Seasonal']) },
  })
  if (happened(diary, bought)) life.person.last_order_on = new Date(bought).toISOString().slice(0, 10)
  if (habit === 'shop') return bought
  const late_days = delivered === 'late' ? chance.int(3, 7) : 0
  const arrives = timeOn(chance, workday(dayAt(bought) + chance.int(1, 2) + late_days), 'office')
  tell(diary, {
    at: arrives,
    channel: 'post',
    kind: 'delivery',
    name: delivered === 'late' ? 'Delivered late' : 'Delivered',
    direction: 'outbound',
    ...(delivered === 'late' ? { feeling: -0.6, properties: { late_days } } : {}),
  })
  if (delivered === 'late' && chance.happens(0.55))
    contact(diary, timeOn(chance, dayAt(arrives) - 1, 'office'), {
      name: 'Where is my order?',
      text: `Asked for a delivery that was ${late_days} days late.`,
      feeling: -0.5,
    })
  else if (chance.happens(0.03)) {
    const back = arrives + chance.int(20, 90) * hourMs
    tell(diary, {
      at: back,
      channel: 'web',
      kind: 'refund',
      name: 'Refund',
      amount_minor: Math.round(life.basket_minor / 2),
    })
  }
  return arrives
}

/** What this customer would say, before anything special happened. */
export const naturalScore = ({ chance, life }: Diary): number =>
  Math.max(0, Math.min(10, Math.round(8 + 1.9 * life.mood + 1.1 * chance.normal())))

/** Satisfaction is asked from 1 to 5, ease from 1 to 7, the rest from 0 to 10. */
function onScale(survey: SurveyKey, score: number): number {
  if (survey === 'visit') return 1 + Math.round(score * 0.4)
  return survey === 'support' ? 1 + Math.round(score * 0.6) : score
}

interface Asking {
  survey: SurveyKey
  at: number
  /** From 0 to 10, whatever the survey's scale is. */
  score: number
  event: Event
  /** An answer that the story needs is given and explained. */
  certain?: boolean
  within_days?: number
}

/** Sends a personal link; returns the answer, if one is given. */
export function ask(diary: Diary, asking: Asking): SampleAnswer | undefined {
  const { chance, life, span } = diary
  const { survey, at, certain = false } = asking
  if (!happened(diary, at)) return undefined
  const usual = answersTo[survey]
  const awake = timeOn(chance, dayAt(at) + chance.int(0, asking.within_days ?? 4))
  const answered_at = awake > at + 10 * minute ? awake : at + chance.int(10, 180) * minute
  const answers = (certain || chance.happens(usual.answered)) && answered_at < instantOf(span.today)
  const opens = answers || chance.happens((usual.opened - usual.answered) / (1 - usual.answered))
  const opened_at = opens ? Math.min(answered_at - 2 * minute, at + chance.int(5, 4000) * minute) : undefined
  const said = certain || writes(chance, asking.score)
  const answer = answers
    ? {
        at: answered_at,
        score: onScale(survey, asking.score),
        comment: said ? commentFor(chance, asking.score, asking.event) : undefined,
      }
    : undefined
  diary.invitations.push({
    survey,
    person: life.person.key,
    at,
    opened_at: opened_at !== undefined && opened_at < instantOf(span.today) ? opened_at : undefined,
    answer,
  })
  return answer
}
