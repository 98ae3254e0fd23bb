import { minimumN } from './disclosure.ts'

// Two ranges that differ by a day tell what was answered on that day, as one total less the other. Of a guarded survey time is
// therefore cut only where enough answers lie between two cuts: any two ranges then differ by as many answers or by none.

export interface Month {
  start: Date
  n: number
}

/** Where time may be cut: the beginnings of the months from which on, up to the next cut, there are enough. What is left over at the end belongs to the last. */
export function cutsBetween(months: readonly Month[], least = minimumN.score): Date[] {
  const cuts: Date[] = []
  let start: Date | undefined
  let n = 0
  for (const month of months) {
    start ??= month.start
    n += month.n
    if (n < least) continue
    cuts.push(start)
    start = undefined
    n = 0
  }
  return cuts.length === 0 && start ? [start] : cuts
}

interface Range {
  from?: Date | undefined
  to?: Date | undefined
}

/** The range as far as it lies on cuts: begun earlier and ended later, never less than was asked for. */
export function onCuts({ from, to }: Range, cuts: readonly Date[]): Range {
  return {
    // Before the first cut nobody answered.
    from: from && (cuts.findLast(cut => cut <= from) ?? from),
    to: to && cuts.find(cut => cut >= to),
  }
}

/** A period of whole months that differs from one between cuts by months without answers only. */
export function liesOnCuts(
  { from, to }: { from: Date; to: Date },
  { months, cuts }: { months: readonly Month[]; cuts: readonly Date[] },
): boolean {
  const isCut = (instant: Date) => {
    const next = months.find(({ start }) => start >= instant)
    return !next || cuts.includes(next.start)
  }
  return isCut(from) && isCut(to)
}
