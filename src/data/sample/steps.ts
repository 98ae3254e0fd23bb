import { createHash } from 'node:crypto'
import type { Ctx } from '../../core/ctx.ts'
import { fail } from '../../core/errors.ts'
import { notePeopleSeen, recordRelations, upsertCompanies, upsertPeople } from '../../customers/index.ts'
import type { UpsertOutcome } from '../../customers/upsert.contract.ts'
import { createSurvey, openSince, recordPast } from '../../feedback/index.ts'
import { recordInteractions } from '../../timeline/index.ts'
import { says } from '../says.ts'
import { answersTo } from './generate/comments.ts'
import type {
  SampleCompany,
  SampleData,
  SampleInteraction,
  SampleInvitation,
  SamplePerson,
  SampleRelation,
  SurveyKey,
} from './generate/model.ts'
import { recordsOf, remember, type SampleKind } from './ledger.ts'
import {
  companyCustom,
  findFieldKeys,
  hasTags,
  makeFields,
  makeTags,
  makeViews,
  personCustom,
} from './sample-fields.ts'

// Loading, in steps that commit one by one, through the same doors as imports and the API. Which steps there are follows
// from the data alone, so that a loading that was interrupted goes on at the step it had reached.

export interface Loading {
  load_id: string
  currency: string
  data: SampleData
}
type Step = (ctx: Ctx, loading: Loading) => Promise<void>

const source = 'sample'
/** So many at a time that a transaction stays well below a second. */
const chunk = { companies: 300, people: 500, relations: 1000, interactions: 2000, invitations: 1000 } as const

interface SampleSurvey {
  name: string
  kind: 'relational' | 'transactional'
  template: 'nps' | 'csat' | 'ces_2'
  subject: string
}

const surveys: Record<SurveyKey, SampleSurvey> = {
  relationship: { name: 'Relationship', kind: 'relational', template: 'nps', subject: 'Larkholt Coffee' },
  delivery: { name: 'After a delivery', kind: 'transactional', template: 'nps', subject: 'Larkholt Coffee' },
  set_up: {
    name: 'After setting up the machine',
    kind: 'transactional',
    template: 'nps',
    subject: 'Larkholt Coffee',
  },
  visit: {
    name: 'After a service visit',
    kind: 'transactional',
    template: 'csat',
    subject: 'the service visit',
  },
  support: {
    name: 'After talking to support',
    kind: 'transactional',
    template: 'ces_2',
    subject: 'our support',
  },
}

export function stepsOf(data: SampleData): Step[] {
  return [
    async (ctx, loading) => {
      await makeFields(ctx, loading.currency)
      await makeTags(ctx)
      await makeViews(ctx)
      await makeSurveys(ctx, loading)
    },
    ...inChunks(data.companies, chunk.companies).map(
      (some): Step =>
        (ctx, loading) =>
          writeCompanies(ctx, loading, some),
    ),
    ...inChunks(data.people, chunk.people).map(
      (some): Step =>
        ctx =>
          writePeople(ctx, some),
    ),
    ...inChunks(data.relations, chunk.relations).map(
      (some): Step =>
        ctx =>
          writeRelations(ctx, some),
    ),
    ...inChunks(data.interactions, chunk.interactions).map(
      (some, index): Step =>
        (ctx, loading) =>
          writeInteractions(ctx, loading, { some, from: index * chunk.interactions }),
    ),
    ...inChunks(data.people, chunk.people).map(
      (some): Step =>
        (ctx, loading) =>
          writeSeen(ctx, loading, some),
    ),
    ...(Object.keys(surveys) as SurveyKey[]).flatMap(survey =>
      inChunks(
        data.invitations.filter(one => one.survey === survey),
        chunk.invitations,
      ).map(
        (some): Step =>
          (ctx, loading) =>
            writeInvitations(ctx, loading, { survey, some }),
      ),
    ),
  ]
}

const userId = (key: string) => `larkholt-${key}`

const inChunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )

async function makeSurveys(ctx: Ctx, { data }: Loading): Promise<void> {
  for (const [key, asked] of Object.entries(surveys) as [SurveyKey, SampleSurvey][]) {
    const made = await createSurvey(ctx, {
      ...asked,
      questions: [],
      anonymity: 'identified',
      languages: ['en', 'de', 'fr'],
      closes_at: null,
    })
    const first = data.invitations.find(one => one.survey === key)
    if (first) await openSince(ctx, { survey_id: made.id, since: new Date(first.at) })
    await remember(ctx, 'survey', [{ key, record_id: made.id }])
  }
}

/** Only what was made is the sample's: somebody the workspace had already stays whose they were. */
async function keep(
  ctx: Ctx,
  kind: SampleKind,
  items: readonly { key: string }[],
  outcomes: readonly UpsertOutcome[],
): Promise<void> {
  const made = outcomes.flatMap(({ index, status, id }) => {
    const key = items[index]?.key
    return status === 'created' && id !== undefined && key !== undefined ? [{ key, record_id: id }] : []
  })
  await remember(ctx, kind, made)
}

async function keysInUse(ctx: Ctx) {
  const keys = await findFieldKeys(ctx)
  if (keys) return keys
  throw fail('conflict', {
    code: 'sample_field_gone',
    detail: says.sample_field_gone(),
  })
}

async function writeCompanies(ctx: Ctx, { currency }: Loading, some: SampleCompany[]): Promise<void> {
  const keys = await keysInUse(ctx)
  const tagging = await hasTags(ctx, 'company')
  const items = some.map(company => {
    const { key, annual_value_minor: _value, renewal_on: _renewal, phone, tags, ...plain } = company
    return {
      ...plain,
      ...(tagging ? { tags } : {}),
      phone: phone ?? null,
      external_id: key,
      currency,
      custom: companyCustom(keys, company),
    }
  })
  const outcomes = await upsertCompanies(ctx, items, { mode: 'create', match: ['external_id'], source })
  await keep(ctx, 'company', some, outcomes)
}

async function writePeople(ctx: Ctx, some: SamplePerson[]): Promise<void> {
  const keys = await keysInUse(ctx)
  const tagging = await hasTags(ctx, 'person')
  const companies = await recordsOf(
    ctx,
    'company',
    some.flatMap(({ company }) => company ?? []),
  )
  const items = some.map(person => ({
    name: `${person.given_name} ${person.family_name}`,
    given_name: person.given_name,
    family_name: person.family_name,
    email: person.email,
    phone: person.phone ?? null,
    job_title: person.job_title ?? null,
    company_id: companies.get(person.company ?? '') ?? null,
    city: person.city,
    region: person.region,
    country: person.country,
    language: person.language,
    user_id: userId(person.key),
    external_id: person.key,
    ...(tagging ? { tags: person.tags } : {}),
    custom: personCustom(keys, person),
  }))
  const outcomes = await upsertPeople(ctx, items, { mode: 'create', match: ['external_id'], source })
  await keep(ctx, 'person', some, outcomes)
}

/** Of those that the sample made; with others it has nothing to do. */
async function writeRelations(ctx: Ctx, some: SampleRelation[]): Promise<void> {
  const people = await recordsOf(ctx, 'person')
  const companies = await recordsOf(ctx, 'company')
  const items = some.flatMap(({ type, person, company, other, role, from_on, to_on }) => {
    const isFirm = type === 'parent_company'
    const ends = {
      person_id: people.get(person ?? ''),
      company_id: companies.get(company ?? ''),
      other_person_id: isFirm ? undefined : people.get(other ?? ''),
      other_company_id: isFirm ? companies.get(other ?? '') : undefined,
    }
    const both = Object.values(ends).filter(id => id !== undefined).length === 2
    return both ? [{ type, ...ends, role, from_on, to_on }] : []
  })
  await recordRelations(ctx, items)
}

const peopleIn = (ctx: Ctx, some: readonly { person: string }[]) =>
  recordsOf(ctx, 'person', [...new Set(some.map(({ person }) => person))])

async function writeInteractions(
  ctx: Ctx,
  { load_id, currency }: Loading,
  { some, from }: { some: SampleInteraction[]; from: number },
): Promise<void> {
  const people = await peopleIn(ctx, some)
  const items = some.flatMap(({ person, at, amount_minor, ...told }, index) => {
    if (!people.has(person)) return []
    const money = amount_minor === undefined ? {} : { amount_minor, currency }
    const message_id = `sample:${load_id}:${from + index}`
    const identifiers = [{ type: 'user_id' as const, value: userId(person) }]
    return [{ ...told, ...money, identifiers, occurred_at: new Date(at), source, message_id }]
  })
  await recordInteractions(ctx, items)
}

/** When everybody was first and last heard from, told once and not with each interaction. */
async function writeSeen(ctx: Ctx, { data }: Loading, some: SamplePerson[]): Promise<void> {
  const people = await recordsOf(
    ctx,
    'person',
    some.map(({ key }) => key),
  )
  const seen = new Map<string, { first: number; last: number }>()
  for (const { person, at } of data.interactions) {
    const known = seen.get(person)
    if (known) known.last = at
    else seen.set(person, { first: at, last: at })
  }
  await notePeopleSeen(
    ctx,
    [...people].flatMap(([key, person_id]) => {
      const one = seen.get(key)
      return one ? [one.first, one.last].map(at => ({ person_id, at: new Date(at) })) : []
    }),
  )
}

/** The same answer has the same id in every attempt. */
function submissionId(load_id: string, { survey, person, at }: SampleInvitation): string {
  const digest = createHash('sha256').update(`${load_id} ${survey} ${person} ${at}`).digest('hex')
  const variant = ((Number.parseInt(digest.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(18, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}

async function writeInvitations(
  ctx: Ctx,
  { load_id }: Loading,
  { survey, some }: { survey: SurveyKey; some: SampleInvitation[] },
): Promise<void> {
  const survey_id = (await recordsOf(ctx, 'survey', [survey])).get(survey)
  if (survey_id === undefined) return
  const people = await peopleIn(ctx, some)
  const invitations = some.flatMap(one => {
    const person_id = people.get(one.person)
    if (person_id === undefined) return []
    const { answer } = one
    return {
      person_id,
      at: new Date(one.at),
      days: answersTo[survey].expires_days,
      opened_at: one.opened_at === undefined ? undefined : new Date(one.opened_at),
      answer: answer && { ...answer, at: new Date(answer.at), submission_id: submissionId(load_id, one) },
    }
  })
  await recordPast(ctx, { survey_id, invitations })
}
