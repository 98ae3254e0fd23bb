// Weighted scores: the effective number of answers after Kish (Survey Sampling, 1965, §11.2): (Σw)² / Σw².
// Between 1 and n; n when all weights are equal. 0 without answers. A weight is positive and finite.
export function effectiveN(weights: readonly number[]): number {
  let sum = 0
  let squares = 0
  for (const weight of weights) {
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) throw new RangeError('a weight is positive')
    sum += weight
    squares += weight ** 2
  }
  return squares === 0 ? 0 : sum ** 2 / squares
}
