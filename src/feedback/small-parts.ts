import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../core/ctx.ts'
import { withheldParts } from './measures/disclosure.ts'
import type { Population } from './population.ts'
import { answersIn, readAnswers, type SegmentTally, tallyBySegment } from './tallies.ts'

// Of a guarded survey: a part that is large enough by itself is not told where the parts beside it are too few, because these
// are the total less whatever is told.

/** The largest first; of two of one size always the same one: the rows behind them are asked for later. */
export const bySize = (rows: readonly SegmentTally[]): SegmentTally[] =>
  rows.toSorted((a, b) => answersIn(b) - answersIn(a) || ((a.group ?? '') < (b.group ?? '') ? -1 : 1))

/** The groups that may be told. */
export function toldGroups(rows: readonly SegmentTally[]): ReadonlySet<string | null> {
  const parts = bySize(rows)
  const small = withheldParts(parts.map(answersIn))
  return new Set(parts.filter((_, index) => !small[index]).map(row => row.group))
}

/** Whether the place or the touchpoint that is asked for is one that its segments leave out. */
export async function isSmallPart(ctx: Ctx, { place, touchpoint, ...beside }: Population): Promise<boolean> {
  const parts: [string | undefined, Population, RawBuilder<unknown>][] = [
    [place, { ...beside, touchpoint }, sql`a.place`],
    [touchpoint, { ...beside, place, every_question: true }, sql`a.touchpoint`],
  ]
  for (const [asked, wider, segment] of parts) {
    if (asked === undefined) continue
    const rows = tallyBySegment(await readAnswers(ctx, wider, { weighted: false, segment }))
    if (rows.some(row => row.group === asked) && !toldGroups(rows).has(asked)) return true
  }
  return false
}
