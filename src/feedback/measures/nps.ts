// Net Promoter Score: "How likely is it that you would recommend X to a friend or colleague?", 0–10
// (Reichheld, HBR December 2003). Promoters 9–10, passives 7–8, detractors 0–6.
// Score = 100 · (promoters − detractors) / n, in points from −100 to +100. A skipped question is not in n.
// The interval is adjusted Wald (three pseudo-answers: ¾, 1½, ¾), which keeps its coverage at small n
// (Rocks, "Interval estimation for the Net Promoter Score", The American Statistician 70(4), 2016).

export interface NpsCounts {
  promoters: number
  passives: number
  detractors: number
}

export interface Interval {
  low: number
  high: number
}

export interface NpsEstimate {
  /** points, of the adjusted proportions: centre of the interval, not the score that is shown */
  estimate: number
  /** points */
  standard_error: number
}

const z95 = 1.959_963_984_540_054

export function npsN(counts: NpsCounts): number {
  return counts.promoters + counts.passives + counts.detractors
}

/** `design_effect`: how much wider answers that come in clusters make the variance (clusters.ts); 1 for none. */
export function npsEstimate(counts: NpsCounts, { design_effect = 1 } = {}): NpsEstimate {
  const n = npsN(counts) + 3
  const p = (counts.promoters + 0.75) / n
  const d = (counts.detractors + 0.75) / n
  const variance = (p + d - (p - d) ** 2) / n
  return { estimate: 100 * (p - d), standard_error: 100 * Math.sqrt(variance * design_effect) }
}

/** 95 %, sampling variation only, in points, clipped to ±100. */
export function npsInterval(counts: NpsCounts, options: { design_effect?: number } = {}): Interval {
  const { estimate, standard_error } = npsEstimate(counts, options)
  return {
    low: Math.max(-100, estimate - z95 * standard_error),
    high: Math.min(100, estimate + z95 * standard_error),
  }
}
