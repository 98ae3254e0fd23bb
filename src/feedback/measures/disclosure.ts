// When a number about people is shown. In an anonymous or confidential survey a score of fewer than five answers
// is withheld, also when it could be worked out as a total less what is shown (the rest of fewer than five), and
// comments below ten. In an identified survey nothing is withheld. Below thirty a score is marked indicative.
export const minimumN = { score: 5, comments: 10, indicative: 30 }

/** Of n answers that were picked out of `total`: may their score be shown? */
export function isWithheld(n: number, total: number, least = minimumN.score): boolean {
  const rest = total - n
  return (n > 0 && n < least) || (rest > 0 && rest < least)
}

/**
 * The same of answers that a filter over people has picked: there nought tells as well, that nobody of them answered,
 * and so does the number itself.
 */
export const isUnsaid = (n: number, total: number): boolean => n < minimumN.score || isWithheld(n, total)

/**
 * Which parts of a known total are withheld: the small ones, and as many of the next larger ones as it takes
 * until those withheld together have at least the minimum, so that the total less the shown tells nothing.
 */
export function withheldParts(sizes: readonly number[], least = minimumN.score): boolean[] {
  const withheld = sizes.map(n => n > 0 && n < least)
  const hidden = () => sizes.reduce((sum, n, index) => sum + (withheld[index] ? n : 0), 0)
  const larger = sizes
    .map((n, index) => ({ n, index }))
    .filter(({ n }) => n >= least)
    .sort((a, b) => a.n - b.n)
  while (hidden() > 0 && hidden() < least) {
    const next = larger.shift()
    if (!next) break
    withheld[next.index] = true
  }
  return withheld
}
