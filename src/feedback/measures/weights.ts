// Weighted scores: the effective number of answers after Kish (Survey Sampling, 1965, §11.2): (Σw)² / Σw².
// Between 1 and n; n when all weights are equal. 0 without answers. A weight is positive and finite.
export function effectiveN(weight: number, squares: number): number {
  if (!(weight >= 0 && squares >= 0 && weight < Number.POSITIVE_INFINITY))
    throw new RangeError('a weight is positive')
  return squares === 0 ? 0 : weight ** 2 / squares
}
