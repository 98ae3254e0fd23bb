import type { SurveyKey } from './model.ts'
import type { Chance } from './random.ts'

// What customers write, put together from parts that fit the score and what happened before.

export type Event = 'on_time' | 'late' | 'stuck' | 'set_up' | 'renewal' | 'visit' | 'support' | 'usual'

const openings: Record<'low' | 'middle' | 'high', readonly string[]> = {
  low: ['Honestly disappointed.', 'Not good enough.', 'I expected more.', 'This has to get better.', '', ''],
  middle: ['Mostly fine.', 'Good, with room to improve.', 'Decent overall.', 'No big complaints.', '', ''],
  high: ['Wonderful.', 'Very happy.', 'Keep it up!', 'A pleasure every time.', '', ''],
}

const what: Record<Event, Record<'low' | 'middle' | 'high', readonly string[]>> = {
  on_time: {
    low: [
      'The beans came when promised, but two bags were split open.',
      'The parcel was left in the rain.',
      'Half of the order was missing and nobody told us.',
    ],
    middle: [
      'The delivery came in the afternoon, a morning slot would suit us better.',
      'On time, though the box was rather battered.',
      'The coffee is fresh; the tracking page could say more.',
    ],
    high: [
      'The beans arrive fresh and on the day that was promised.',
      'The driver even carried the boxes up to the third floor.',
      'Ordered in the morning, there the next day.',
      'The office smells wonderful again.',
    ],
  },
  late: {
    low: [
      'The delivery was days late and nobody told us.',
      'We ran out of coffee and were told twice that it was on its way.',
      'I had to call to learn that our parcel was still in the depot.',
      'Four days without coffee, and the tracking page said "delivered".',
    ],
    middle: [
      'It was late, but the person on the phone was kind about it.',
      'Later than promised; at least you apologised.',
    ],
    high: ['Late this once, but you made up for it handsomely.'],
  },
  stuck: {
    low: [
      'I tried to connect the machine to the Wi-Fi for an hour before I gave up and called.',
      'The Wi-Fi step kept sending me back to the beginning.',
      'The app asks for a code that is printed under the machine, where nobody can read it.',
    ],
    middle: ['Support got the machine online, the app alone did not.'],
    high: ['The Wi-Fi step failed, but your colleague on the phone fixed it in minutes.'],
  },
  set_up: {
    low: [
      'The manual shows another model.',
      'The set-up took much longer than the five minutes you promise.',
    ],
    middle: ['Set-up was all right, the descaling step needs a better picture.'],
    high: [
      'Unpacked, connected, first cup after ten minutes.',
      'The app guided us through every step.',
      'Set up in no time, even by me.',
    ],
  },
  renewal: {
    low: [
      'With the renewal coming up we are looking at other offers.',
      'The price went up and the service did not.',
      'Before we renew, the service visits have to become reliable.',
    ],
    middle: ['We will compare prices before the contract renews.'],
    high: ['We will gladly renew.'],
  },
  visit: {
    low: ['The technician came late and had no spare parts.', 'The machine leaks again since the visit.'],
    middle: ['Done quickly, the kitchen could have been left cleaner.'],
    high: ['Friendly, quick and thorough.', 'The machine runs like new.', 'Came at the agreed hour.'],
  },
  support: {
    low: [
      'I had to explain it three times.',
      'Twenty minutes on hold.',
      'Passed on twice before anybody helped.',
    ],
    middle: ['Solved in the end, with a bit of back and forth.'],
    high: ['Solved in one call.', 'Quick answer, exactly what I needed.', 'That was easy.'],
  },
  usual: {
    low: [
      'Invoices are wrong every other month.',
      'It takes days to get an answer.',
      'The machine has been repaired three times this year.',
      'The new blend is too bitter for our team.',
    ],
    middle: [
      'Good coffee, but the web shop is slow.',
      'I would like to see more decaf.',
      'Fair prices, packaging could be lighter.',
    ],
    high: [
      'Great coffee and people who pick up the phone.',
      'The team loves the seasonal blend.',
      'The technician came the same day.',
      'Reliable for years.',
    ],
  },
}

const endings: Record<'low' | 'middle' | 'high', readonly string[]> = {
  low: ['Please call me.', 'I would like to hear what you do about it.', '', '', ''],
  middle: ['Otherwise fine.', '', '', ''],
  high: ['Thank you!', 'Best regards to the team.', '', '', ''],
}

const bandOf = (score: number) => (score >= 9 ? 'high' : score >= 7 ? 'middle' : 'low')

export function commentFor(chance: Chance, score: number, event: Event): string {
  const band = bandOf(score)
  return [chance.pick(openings[band]), chance.pick(what[event][band]), chance.pick(endings[band])]
    .filter(Boolean)
    .join(' ')
}

/** Whoever is very pleased or very displeased writes more often. */
export const writes = (chance: Chance, score: number): boolean =>
  chance.happens(score <= 6 ? 0.62 : score >= 9 ? 0.38 : 0.25)

/** Before somebody answers, the days that pass; a survey that nobody opens is not answered. */
export const answersTo: Record<SurveyKey, { answered: number; opened: number; expires_days: number }> = {
  relationship: { answered: 0.36, opened: 0.6, expires_days: 60 },
  delivery: { answered: 0.42, opened: 0.62, expires_days: 30 },
  set_up: { answered: 0.56, opened: 0.72, expires_days: 30 },
  visit: { answered: 0.44, opened: 0.66, expires_days: 30 },
  support: { answered: 0.4, opened: 0.6, expires_days: 14 },
}
