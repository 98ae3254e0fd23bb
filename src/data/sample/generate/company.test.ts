import { expect, test } from 'vitest'
import { dateOf, dayAt, dayOf } from './calendar.ts'
import { generateSample, sampleSizes } from './company.ts'
import type { SampleInteraction } from './model.ts'
import { troubledRegion } from './names.ts'
import { incidentOf } from './stories.ts'

const today = '2026-11-22'
const sample = generateSample({ seed: 'larkholt', today })
const span = { first: dayOf(today) - 548, today: dayOf(today) }
const since = new Map(sample.people.map(person => [person.key, dayOf(person.customer_since)]))
const answered = sample.invitations.flatMap(({ answer, ...asked }) => (answer ? [{ ...asked, answer }] : []))
const orders = sample.interactions.filter(({ kind }) => kind === 'purchase')

test('the same seed and day give the same company, another day or seed another one', () => {
  const text = JSON.stringify(sample)
  expect(JSON.stringify(generateSample({ seed: 'larkholt', today }))).toBe(text)
  expect(JSON.stringify(generateSample({ seed: 'larkholt', today: '2026-11-23' }))).not.toBe(text)
  expect(JSON.stringify(generateSample({ seed: 'another', today }))).not.toBe(text)
})

test.each(['2026-01-15', '2026-06-30', '2028-02-29'])('it is as large as promised on %s', day => {
  const made = generateSample({ seed: 'larkholt', today: day })
  const answers = made.invitations.filter(({ answer }) => answer).length
  expect({
    people: made.people.length,
    companies: made.companies.length,
    interactions: made.interactions.length + answers,
    answers,
  }).toEqual(sampleSizes)
  expect(new Set(made.interactions.map(({ channel }) => channel)).size).toBeGreaterThanOrEqual(6)
})

test('nothing happens to anybody before they are customers, or after today', () => {
  for (const { person, at } of [...sample.interactions, ...sample.invitations]) {
    expect(dayAt(at)).toBeGreaterThanOrEqual(since.get(person) ?? Number.POSITIVE_INFINITY)
    expect(dayAt(at)).toBeLessThan(span.today)
  }
  const times = sample.interactions.map(({ at }) => at)
  expect(times).toEqual(times.toSorted((one, other) => one - other))
  expect(dateOf(dayAt(times[0] ?? 0)).slice(0, 7)).toBe('2025-05')
})

test('whoever answered was asked before, and answered on the scale of the survey', () => {
  const scales = { relationship: [0, 10], delivery: [0, 10], set_up: [0, 10], visit: [1, 5], support: [1, 7] }
  for (const { survey, at, opened_at, answer } of answered) {
    const [low = 0, high = 0] = scales[survey]
    expect(answer.at).toBeGreaterThan(at)
    expect(opened_at ?? at).toBeLessThan(answer.at)
    expect(dayAt(answer.at)).toBeLessThan(span.today)
    expect(answer.score).toBeGreaterThanOrEqual(low)
    expect(answer.score).toBeLessThanOrEqual(high)
  }
})

test('nobody who exists is meant: addresses and numbers can belong to no one', () => {
  const hosts = sample.people.map(({ email }) => email.split('@')[1] ?? '')
  expect(hosts.filter(host => !/(^example\.(com|net|org)|\.example)$/.test(host))).toEqual([])
  expect(new Set(sample.people.map(({ email }) => email)).size).toBe(sampleSizes.people)
  const reserved =
    /^\+(44(2079460|1[13456]1?4960|1[145]14960|11[347]4960|7700900)\d{3}|49(3023125|6990009|4066969|2214710|8999998)\d{3}|3363998\d{4})$/
  const phones = [...sample.people, ...sample.companies].flatMap(({ phone }) => phone ?? [])
  expect(phones.filter(phone => !reserved.test(phone))).toEqual([])
})

const share = (totals: number[], top: number) => {
  const ranked = totals.toSorted((one, other) => other - one)
  const sum = (some: number[]) => some.reduce((all, one) => all + one, 0)
  return sum(ranked.slice(0, Math.round(ranked.length * top))) / sum(ranked)
}
const totalsBy = (of: SampleInteraction[], worth: (one: SampleInteraction) => number) => {
  const totals = new Map<string, number>()
  for (const one of of) totals.set(one.person, (totals.get(one.person) ?? 0) + worth(one))
  return [...totals.values()]
}

test('few customers do most, and have most of the money', () => {
  expect(
    share(
      totalsBy(orders, () => 1),
      0.1,
    ),
  ).toBeGreaterThan(0.33)
  expect(
    share(
      totalsBy(orders, ({ amount_minor = 0 }) => amount_minor),
      0.1,
    ),
  ).toBeGreaterThan(0.45)
})

test('business has its seasons, its week and its hours', () => {
  const on = (pick: (at: Date) => boolean) => orders.filter(({ at }) => pick(new Date(at))).length
  const inMonth = (month: string) => on(at => at.toISOString().startsWith(month))
  expect(inMonth('2025-12')).toBeGreaterThan(1.6 * inMonth('2025-08'))
  const weekend = on(at => at.getUTCDay() === 0 || at.getUTCDay() === 6)
  expect(weekend / 2).toBeLessThan(0.5 * ((orders.length - weekend) / 5))
  expect(on(at => at.getUTCHours() < 6)).toBe(0)
})

test('some customers are new, and some have left', () => {
  const last = new Map(sample.interactions.map(({ person, at }) => [person, dayAt(at)]))
  const gone = [...last.values()].filter(day => day < span.today - 120).length
  const fresh = [...since.values()].filter(day => day > span.today - 120).length
  expect(gone).toBeGreaterThan(150)
  expect(fresh).toBeGreaterThan(100)
})

test('who was not called back after a bad answer is not heard of again; who was, mostly orders again', () => {
  const after = new Map<string, boolean>()
  for (const { key: person, follow_up } of sample.people) {
    if (follow_up !== 'called_back' && follow_up !== 'not_called_back') continue
    const bad = answered.find(
      one => one.person === person && one.survey === 'delivery' && one.answer.score <= 6,
    )
    const again = orders.some(
      order => order.person === person && dayAt(order.at) > dayAt(bad?.answer.at ?? 0),
    )
    const called = sample.interactions.find(
      one => one.person === person && one.name === 'Call back after feedback',
    )
    after.set(person, again)
    if (follow_up === 'not_called_back') expect([person, again, called]).toEqual([person, false, undefined])
    else {
      const hours = ((called?.at ?? 0) - (bad?.answer.at ?? 0)) / 3_600_000
      expect(hours).toBeGreaterThan(0)
      expect(hours).toBeLessThan(48)
    }
  }
  const called = sample.people.filter(({ follow_up }) => follow_up === 'called_back')
  expect(called.filter(({ key }) => after.get(key)).length / called.length).toBeGreaterThan(0.75)
})

test('whoever needed support with the set-up had come back to the same step before', () => {
  const views = totalsBy(
    sample.interactions.filter(({ name }) => name === 'Set-up: connect to Wi-Fi'),
    () => 1,
  )
  const stuck = sample.people.filter(({ set_up }) => set_up === 'with_support').length
  expect(stuck).toBeGreaterThan(100)
  expect(views.filter(count => count >= 4).length).toBe(stuck)
})

test('in the fortnight of the incident deliveries of one region come late', () => {
  const { first, last } = incidentOf(span)
  const there = new Set(sample.people.filter(({ region }) => region === troubledRegion).map(({ key }) => key))
  const late = sample.interactions.filter(({ name, at }) => name === 'Delivered late' && dayAt(at) >= first)
  const inTime = late.filter(({ at }) => dayAt(at) <= last + 7)
  expect(inTime.filter(({ person }) => there.has(person)).length).toBeGreaterThan(0.75 * inTime.length)
})

test('relations and tags are of those who are there, and contradict nothing', () => {
  const people = new Set(sample.people.map(({ key }) => key))
  const companies = new Set(sample.companies.map(({ key }) => key))
  const told = new Set<string>()
  for (const { type, person, company, other, from_on = '', to_on = '9' } of sample.relations) {
    const ends = [person ?? company, type === 'works_at' || type === 'buys_for' ? company : other]
    expect(ends.map(end => people.has(end ?? '') || companies.has(end ?? ''))).toEqual([true, true])
    expect(ends[0]).not.toBe(ends[1])
    expect(from_on <= to_on && (to_on === '9' || to_on <= today)).toBe(true)
    const [one = '', two = ''] = ends
    const once = [type, ...(one < two ? [one, two] : [two, one])].join()
    expect([once, told.has(once)]).toEqual([once, false])
    told.add(once)
  }
  const count = (type: string) => sample.relations.filter(one => one.type === type).length
  expect(
    ['works_at', 'buys_for', 'household', 'reports_to', 'parent_company'].every(one => count(one) > 10),
  ).toBe(true)
  const former = sample.relations.filter(({ type, to_on }) => type === 'works_at' && to_on)
  expect(former.length).toBeGreaterThan(100)
  expect(new Set([...sample.people, ...sample.companies].flatMap(({ tags }) => tags)).size).toBe(6)
})
