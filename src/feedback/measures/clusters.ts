// Answers of one company resemble each other, so ten of them say less than ten from ten companies.
// The design effect is the variance of the mean clustered by company (linearised, with the factor G/(G−1);
// Cochran, Sampling Techniques, 1977, §9A; Liang and Zeger 1986) over the variance without clusters.
// Never below 1: clustering widens an interval and does not narrow it. With one company the answers are about
// that company and nothing is clustered. Answers as votes: +1 promoter, 0 passive, −1 detractor; 1 in the first band
// and 0 elsewhere; or the value itself. Weights multiply votes; without them every w is 1.

/** Sums over clusters, so that a database can make them in one pass: s = Σ w·vote and m = Σ w of the answers in a cluster. */
export interface ClusterSquares {
  clusters: number
  /** Σ s² */
  cluster_squares: number
  /** Σ s·m */
  cluster_products: number
  /** Σ m² */
  cluster_sizes_squared: number
}

export interface ClusterSums extends ClusterSquares {
  /** answers */
  n: number
  /** weighted mean of the votes */
  centre: number
  /** Σ w² */
  squares: number
  /** Σ w²·vote */
  sum: number
  /** Σ w²·vote² */
  sum_squares: number
}

export function designEffect(sums: ClusterSums): number {
  const { clusters, n, centre } = sums
  if (clusters < 2 || clusters === n) return 1
  const plain = sums.sum_squares - 2 * centre * sums.sum + centre ** 2 * sums.squares
  if (plain <= 1e-9 * sums.squares) return 1
  const between =
    sums.cluster_squares - 2 * centre * sums.cluster_products + centre ** 2 * sums.cluster_sizes_squared
  return Math.max(1, ((clusters / (clusters - 1)) * between) / ((n / (n - 1)) * plain))
}
