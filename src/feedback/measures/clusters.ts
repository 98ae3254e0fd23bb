// Answers of one company resemble each other, so ten of them say less than ten from ten companies.
// The design effect is the variance of the mean clustered by company (linearised, with the factor G/(G−1);
// Cochran, Sampling Techniques, 1977, §9A; Liang and Zeger 1986) over the variance without clusters.
// Never below 1: clustering widens an interval and does not narrow it. With one company the answers are about
// that company and nothing is clustered. Answers as +1 promoter, 0 passive, −1 detractor.

/** Sums over clusters, so that a database can make them in one pass: s the sum and m the number of answers in a cluster. */
export interface ClusterSums {
  clusters: number
  /** Σ m */
  n: number
  /** Σ s */
  sum: number
  /** Σ of each answer's square */
  sum_squares: number
  /** Σ s² */
  cluster_squares: number
  /** Σ s·m */
  cluster_products: number
  /** Σ m² */
  cluster_sizes_squared: number
}

export function designEffect(sums: ClusterSums): number {
  const { clusters, n, sum } = sums
  if (clusters < 2 || clusters === n) return 1
  const centre = sum / n
  const plain = sums.sum_squares - n * centre ** 2
  if (plain <= 1e-9) return 1
  const between =
    sums.cluster_squares - 2 * centre * sums.cluster_products + centre ** 2 * sums.cluster_sizes_squared
  return Math.max(1, ((clusters / (clusters - 1)) * between) / ((n / (n - 1)) * plain))
}
