import type { Ctx } from '../core/ctx.ts'
import type { Population } from './population.ts'
import type { Segmenting } from './segments.ts'
import { type AnswerSet, readAnswers } from './tallies.ts'

// Texts that the filter takes for equal, such as Berlin and berlin, are one segment: pressing its name then narrows to just the
// answers that its number counts, and nobody wants two Berlins. It is called as most of its answers are.

type Text = string | null

export interface Segmented extends AnswerSet {
  /** Every text that is meant by the segment of this one; null is not known. */
  meant(text: Text): readonly Text[]
}

interface Reading {
  segmenting: Segmenting
  weighted: boolean
  /** A text that is asked about, whether an answer has it or not. */
  about?: Text | undefined
}

/** The answers with their segments. */
export async function readSegments(
  ctx: Ctx,
  population: Population,
  { segmenting, weighted, about = null }: Reading,
): Promise<Segmented> {
  const set = await readAnswers(ctx, population, { weighted, segment: segmenting.group })
  const { segment, segments } = set
  if (!segmenting.formsOf || !segment) return { ...set, meant: text => [text] }
  const texts = [...new Set([...segments, null, about])]
  const forms = await segmenting.formsOf(texts)
  const { places, groups } = inGroups(texts, { forms, counts: countsOf(segment, texts.length) })
  const groupOf = new Map(texts.map((text, index) => [text, groups[places[index] ?? 0]] as const))
  return {
    ...set,
    segments: groups.map(group => (group.includes(null) ? null : (group[0] ?? null))),
    segment: segment.map(index => places[index] ?? 0),
    meant: text => groupOf.get(text) ?? [text],
  }
}

function countsOf(segment: Int32Array, segments: number): Int32Array {
  const counts = new Int32Array(segments)
  for (const index of segment) counts[index] = (counts[index] ?? 0) + 1
  return counts
}

/** Texts of one form together, the commonest first; of each text its group's place. What has no form says nothing and goes with null. */
function inGroups(
  texts: readonly Text[],
  { forms, counts }: { forms: readonly Text[]; counts: Int32Array },
): { places: Int32Array; groups: Text[][] } {
  const commonest = [...texts.keys()].sort(
    (a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || ((texts[a] ?? '') < (texts[b] ?? '') ? -1 : 1),
  )
  const placeOf = new Map<Text, number>()
  const groups: Text[][] = []
  const places = new Int32Array(texts.length)
  for (const index of commonest) {
    const form = forms[index] ?? null
    const place = placeOf.get(form) ?? groups.push([]) - 1
    placeOf.set(form, place)
    places[index] = place
    groups[place]?.push(texts[index] ?? null)
  }
  return { places, groups }
}
