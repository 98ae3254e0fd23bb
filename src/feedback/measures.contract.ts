// The measures: what is asked, on which scale, which answers are counted together. Each is declared on a question and stored
// on every answer; none is guessed from a range. Definitions: docs/measures.md.

export const measures = ['nps', 'csat', 'ces_2', 'ces_1', 'star', 'expectation', 'intent'] as const
export type Measure = (typeof measures)[number]

/** What a question asks for: a measure, an open text, or one of its options. */
export const questionKinds = [...measures, 'comment', 'choice'] as const
export type QuestionKind = (typeof questionKinds)[number]

export interface Band {
  name: string
  low: number
  high: number
}

export interface Definition {
  scale_min: number
  scale_max: number
  /** −1: lower is better. */
  polarity: 1 | -1
  /** net: the first band less the last, in points. share: of the first band, in percent. mean: on the scale. */
  score: 'net' | 'share' | 'mean'
  /** The second figure, labelled as what it is. */
  second: 'share' | 'mean' | null
  /** All answers, the best first. */
  bands: readonly [Band, ...Band[]]
}

const band = (name: string, low: number, high: number): Band => ({ name, low, high })

export const definitions: Record<Measure, Definition> = {
  nps: {
    scale_min: 0,
    scale_max: 10,
    polarity: 1,
    score: 'net',
    second: null,
    bands: [band('promoters', 9, 10), band('passives', 7, 8), band('detractors', 0, 6)],
  },
  csat: {
    scale_min: 1,
    scale_max: 5,
    polarity: 1,
    score: 'share',
    second: 'mean',
    bands: [band('satisfied', 4, 5), band('neutral', 3, 3), band('dissatisfied', 1, 2)],
  },
  ces_2: {
    scale_min: 1,
    scale_max: 7,
    polarity: 1,
    score: 'mean',
    second: 'share',
    bands: [band('easy', 5, 7), band('undecided', 4, 4), band('not_easy', 1, 3)],
  },
  ces_1: {
    scale_min: 1,
    scale_max: 5,
    polarity: -1,
    score: 'mean',
    second: null,
    bands: [band('low_effort', 1, 2), band('some_effort', 3, 3), band('high_effort', 4, 5)],
  },
  star: {
    scale_min: 1,
    scale_max: 5,
    polarity: 1,
    score: 'share',
    second: 'mean',
    bands: [band('good', 4, 5), band('middling', 3, 3), band('poor', 1, 2)],
  },
  expectation: {
    scale_min: 1,
    scale_max: 5,
    polarity: 1,
    score: 'share',
    second: null,
    bands: [band('exceeded', 4, 5), band('met', 3, 3), band('missed', 1, 2)],
  },
  intent: {
    scale_min: 0,
    scale_max: 10,
    polarity: 1,
    score: 'mean',
    second: 'share',
    bands: [band('likely', 9, 10), band('undecided', 7, 8), band('unlikely', 0, 6)],
  },
}

export const isMeasure = (kind: string): kind is Measure => measures.some(measure => measure === kind)

/** The band that an answer on the measure's scale falls in. */
export function bandOf(measure: Measure, value: number): string {
  const found = definitions[measure].bands.find(({ low, high }) => value >= low && value <= high)
  if (!found || !Number.isInteger(value))
    throw new RangeError(`${value} is no answer on the scale of ${measure}`)
  return found.name
}
