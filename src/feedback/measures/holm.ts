// Several comparisons at once: Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979).
// Takes p values in any order, gives the adjusted ones in the same order; compare them with 0.05 as usual.
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p)
  const adjusted = pValues.map(() => 1)
  let largest = 0
  order.forEach(({ p, index }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (order.length - rank)))
    adjusted[index] = largest
  })
  return adjusted
}
