// A workspace that looks lived in, made through the public API alone. Names are put together by chance; nobody is meant.

interface Door {
  url: string
  key: string
  write_key: string
}

/** A fixed sequence of chances: the same picture every time. */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

const given =
  'Amara Bruno Clara Dario Elif Femi Greta Hugo Ines Jonas Kaja Leon Mira Nils Olga Paula Rafael Sanna Tarek Uma Vera Wiktor Yara Zoe'.split(
    ' ',
  )
const family =
  'Abend Berger Costa Dahl Eriksen Falk Greco Horvat Ivanov Jansen Keller Lind Moreau Novak Okafor Petit Quist Rossi Sander Tamm Urban Varga Weiss Young'.split(
    ' ',
  )
const firsts = 'Nord Blau Alpen Hafen Linden Kupfer Morgen Silber Tal Wald'.split(' ')
const trades = [
  ['Logistics', 'Transport'],
  ['Foods', 'Food'],
  ['Software', 'Software'],
  ['Textiles', 'Fashion'],
  ['Instruments', 'Manufacturing'],
] as const
const titles = [
  'Head of Purchasing',
  'Buyer',
  'Managing Director',
  'Head of Operations',
  'Office Manager',
  'Engineer',
]
const cities = [
  ['Hamburg', 'DE'],
  ['Wien', 'AT'],
  ['Lyon', 'FR'],
  ['Utrecht', 'NL'],
  ['Aarhus', 'DK'],
  ['Torino', 'IT'],
] as const
const comments = [
  'Delivery came a day early and everything was complete.',
  'Good products, but I had to explain my problem three times on the phone.',
  'The invoice was wrong again.',
  'Friendly people, quick answers.',
  'Fine, nothing special.',
  'The new catalogue is much easier to search.',
]

export async function fillWorkspace(
  { url, key, write_key }: Door,
  now: Date = new Date(),
): Promise<{ people: string[]; survey_id: string }> {
  const chance = chances(7)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T
  const ago = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString()
  const ask = async (
    path: string,
    body: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${key}` },
  ) => {
    const reply = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`)
    return (await reply.json()) as {
      id: string
      outcomes: { status: string; id: string; detail?: string }[]
      questions: { id: string; type: string }[]
    }
  }
  const idsOf = async (path: string, items: unknown[]) => {
    const { outcomes } = await ask(path, { mode: 'create', items })
    return outcomes.map(outcome => {
      if (!outcome.id) throw new Error(`${path} refused: ${outcome.detail}`)
      return outcome.id
    })
  }

  const companies = firsts.map((first, index) => {
    const [suffix, industry] = trades[index % trades.length] ?? trades[0]
    const [city, country] = pick(cities)
    return {
      name: `${first}${suffix.toLowerCase()}`,
      domain: `${first}${suffix}.example`.toLowerCase(),
      industry,
      city,
      country,
      employees: 10 + Math.floor(chance() * 900),
      external_id: `C-${1000 + index}`,
    }
  })
  const companyIds = await idsOf('/api/companies/batch', companies)
  const persons = Array.from({ length: 72 }, (_, index) => {
    const [city, country] = pick(cities)
    const name = `${given[index % given.length]} ${family[(index * 7 + Math.floor(index / 24)) % family.length]}`
    const company = index % companies.length
    return {
      name,
      email: `${name.toLowerCase().replace(' ', '.')}@${companies[company]?.domain}`,
      phone: `+49 40 5550${String(100 + index)}`,
      job_title: pick(titles),
      company_id: companyIds[company],
      city,
      country,
      external_id: `K-${2000 + index}`,
    }
  })
  const people = await idsOf('/api/people/batch', persons)

  const interactions = people.flatMap((person_id, index) =>
    Array.from({ length: 3 + (index % 6) }, () => {
      const at = { person_id, occurred_at: ago(chance() * 29) }
      const roll = chance()
      if (roll < 0.35)
        return {
          ...at,
          channel: 'shop',
          kind: 'purchase',
          name: 'Order placed',
          amount_minor: Math.floor(2000 + chance() * 180_000),
          currency: 'EUR',
        }
      if (roll < 0.55)
        return {
          ...at,
          channel: 'phone',
          kind: 'call',
          direction: 'inbound',
          name: 'Call to the service desk',
          feeling: Math.round((chance() * 2 - 1) * 10) / 10,
          text: pick(comments),
        }
      if (roll < 0.8)
        return {
          ...at,
          channel: 'email',
          kind: 'message',
          direction: chance() < 0.5 ? 'inbound' : 'outbound',
          name: 'Question about an order',
        }
      if (roll < 0.92)
        return { ...at, channel: 'post', kind: 'delivery', name: 'Parcel delivered', feeling: 0.4 }
      return {
        ...at,
        channel: 'shop',
        kind: 'refund',
        name: 'Refund',
        amount_minor: -Math.floor(1000 + chance() * 9000),
        currency: 'EUR',
        feeling: -0.5,
      }
    }),
  )
  await ask('/api/interactions', { items: interactions })

  const visits = persons.slice(0, 40).flatMap((person, index) => [
    {
      type: 'identify',
      userId: person.external_id,
      traits: { email: person.email },
      messageId: `sample-i-${index}`,
      timestamp: ago(29.5),
    },
    ...Array.from({ length: 4 + (index % 9) }, (_, page) => ({
      type: 'page',
      userId: person.external_id,
      messageId: `sample-p-${index}-${page}`,
      timestamp: ago(chance() * 25),
      name: pick(['Catalogue', 'Basket', 'Delivery times', 'Help', 'Prices']),
    })),
  ])
  await ask(
    '/v1/batch',
    { batch: visits, sentAt: now.toISOString() },
    { authorization: `Basic ${Buffer.from(`${write_key}:`).toString('base64')}` },
  )

  const survey = await ask('/api/surveys', {
    template: 'nps',
    name: 'Would you recommend us?',
    subject: 'us',
    kind: 'relational',
  })
  await ask(`/api/surveys/${survey.id}/open`, {})
  const [scale, words] = survey.questions
  const responses = people.slice(0, 58).map((person_id, index) => ({
    submission_id: crypto.randomUUID(),
    person_id,
    submitted_at: ago((index * 2.9) % 165),
    answers: [
      { question_id: scale?.id, value: [10, 9, 9, 10, 8, 7, 10, 9, 6, 3, 9, 8][Math.floor(chance() * 12)] },
      ...(words && index % 2 ? [{ question_id: words.id, text: pick(comments) }] : []),
    ],
  }))
  await ask(`/api/surveys/${survey.id}/responses/batch`, { items: responses })
  return { people, survey_id: survey.id }
}
