// Pearson's test of independence of two classifications (k categories by two groups): the statistic and its upper tail with
// k − 1 degrees of freedom, by the incomplete gamma function (Numerical Recipes, 3rd edition, §6.2). Categories without
// anybody are left out. undefined where fewer than two categories, or a group without anybody, leave nothing to compare.
import { logGamma } from './distributions.ts'

export function independence(
  categories: readonly { one: number; other: number }[],
): { statistic: number; df: number; p: number } | undefined {
  const filled = categories.filter(({ one, other }) => one + other > 0)
  const ones = filled.reduce((sum, { one }) => sum + one, 0)
  const others = filled.reduce((sum, { other }) => sum + other, 0)
  if (filled.length < 2 || ones === 0 || others === 0) return undefined
  const total = ones + others
  let statistic = 0
  for (const { one, other } of filled) {
    const expected = ((one + other) * ones) / total
    const expectedOther = ((one + other) * others) / total
    statistic += (one - expected) ** 2 / expected + (other - expectedOther) ** 2 / expectedOther
  }
  const df = filled.length - 1
  return { statistic, df, p: upperGamma(df / 2, statistic / 2) }
}

/** Q(a, x), the regularised upper incomplete gamma function. */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1
  const scale = Math.exp(-x + a * Math.log(x) - logGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; n < 1000 && term > sum * 1e-16; n++) {
      term *= x / (a + n)
      sum += term
    }
    return Math.max(0, 1 - sum * scale)
  }
  const tiny = 1e-300
  let b = x + 1 - a
  let c = 1 / tiny
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < 1000; n++) {
    const step = -n * (n - a)
    b += 2
    d = 1 / (Math.abs(step * d + b) < tiny ? tiny : step * d + b)
    c = Math.abs(b + step / c) < tiny ? tiny : b + step / c
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return scale * fraction
}
