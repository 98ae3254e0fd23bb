/** Browsers end an element at some 16 to 33 million pixels: a longer table is drawn in a shorter space. */
const mostPixels = 10_000_000
/** At both ends a pixel of the scrollbar is a pixel of the table, so that neither end is ever out of reach. */
const edge = 120_000

/** A table's length in pixels, the length it is drawn in, and how much of it is in sight. */
export interface Space {
  whole: number
  drawn: number
  view: number
}

export const spaceOf = (whole: number, view: number, most: number = mostPixels): Space => ({
  whole,
  drawn: Math.min(whole, most),
  view,
})

const isScaled = ({ whole, drawn }: Space): boolean => whole > drawn
const lastOf = ({ whole, drawn, view }: Space) => ({
  whole: Math.max(0, whole - view),
  drawn: Math.max(0, drawn - view),
})

/** Which place of the whole table a place of the scrollbar means. */
export function wholeOf(space: Space, drawn: number): number {
  if (!isScaled(space)) return drawn
  const last = lastOf(space)
  if (drawn <= edge) return Math.max(0, drawn)
  if (drawn >= last.drawn - edge) return last.whole - Math.max(0, last.drawn - drawn)
  return edge + ((drawn - edge) * (last.whole - 2 * edge)) / (last.drawn - 2 * edge)
}

/** The place of the scrollbar for a place of the whole table. */
export function drawnOf(space: Space, whole: number): number {
  if (!isScaled(space)) return whole
  const last = lastOf(space)
  if (whole <= edge) return Math.max(0, whole)
  if (whole >= last.whole - edge) return last.drawn - Math.max(0, last.whole - whole)
  return Math.round(edge + ((whole - edge) * (last.drawn - 2 * edge)) / (last.whole - 2 * edge))
}

/** Where the scrollbar stands and where that is in the whole table. */
export interface Place {
  drawn: number
  whole: number
}

/**
 * Where a movement of the scrollbar leads. A small one (wheel, keys, a finger) moves the table by as many pixels; a
 * long one (the thumb is dragged) by the same share of the whole.
 */
export function moved(space: Space, from: Place, drawn: number): Place {
  const by = drawn - from.drawn
  const far = Math.abs(by) > 2 * space.view
  const whole = Math.min(lastOf(space).whole, Math.max(0, from.whole + by))
  const strayed = Math.abs(drawn - drawnOf(space, whole)) > edge / 2
  const atEnd = drawn <= 0 || drawn >= lastOf(space).drawn
  return { drawn, whole: !isScaled(space) || far || strayed || atEnd ? wholeOf(space, drawn) : whole }
}
