// Response rates after AAPOR, Standard Definitions: RR1 = I / ((I+P) + (R+NC+O) + U), the least rate; RR2 adds
// the partial answers P to the numerator. As proportions from 0 to 1; undefined when nobody was invited.
export interface Dispositions {
  /** I: answered */
  complete: number
  /** P: began and did not finish */
  partial: number
  /** R: declined */
  refused: number
  /** NC: no contact, O: other */
  no_contact: number
  other: number
  /** U: not known whether they could answer at all */
  unknown: number
}

export function responseRates(counts: Dispositions): { rr1: number; rr2: number } | undefined {
  const { complete, partial, refused, no_contact, other, unknown } = counts
  const all = complete + partial + refused + no_contact + other + unknown
  return all === 0 ? undefined : { rr1: complete / all, rr2: (complete + partial) / all }
}
