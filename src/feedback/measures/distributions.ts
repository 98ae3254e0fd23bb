// The two distributions that the intervals need. Accurate to about 1e-12, far below anything shown.

// Lanczos, g = 7, n = 9 (Numerical Recipes, 3rd edition, §6.1).
const lanczos = [
  0.999_999_999_999_809_9, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
]

export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const t = x + 6.5
  let sum = lanczos[0] ?? 1
  for (let index = 1; index < lanczos.length; index++) sum += (lanczos[index] ?? 0) / (x + index - 1)
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}

// Continued fraction of the incomplete beta function by Lentz's method (Numerical Recipes §6.4).
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const guard = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / guard(1 + even * d)
    c = guard(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / guard(1 + odd * d)
    c = guard(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return fraction
}

function regularisedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b
}

/** Both tails of Student's t beyond ±|t|, with `df` > 0 degrees of freedom. */
export function studentTails(t: number, df: number): number {
  return regularisedBeta(df / (df + t * t), df / 2, 0.5)
}

/** The t with 95 % of the distribution between −t and +t; 1.96 for infinite degrees of freedom. */
export function studentQuantile95(df: number): number {
  if (!Number.isFinite(df) || df > 1e7) return 1.959_963_984_540_054
  let low = 1.9
  let high = 12.8
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (studentTails(middle, df) > 0.05) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Both tails of the standard normal beyond ±|z|. erfc by series below 2, by continued fraction above. */
export function normalTails(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  if (x < 2) {
    let term = x
    let sum = x
    for (let n = 1; n < 100 && Math.abs(term) > 1e-17; n++) {
      term *= (-x * x) / n
      sum += term / (2 * n + 1)
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum
  }
  let fraction = 0
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (x + fraction)
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction)
}
