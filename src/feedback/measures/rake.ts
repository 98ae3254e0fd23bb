// Raking: weights under which the answers have the same shares on each of several fields as all who were asked (iterative
// proportional fitting; Deming & Stephan, Annals of Mathematical Statistics 11, 1940). A cell is one combination of categories;
// `n` its answers. `targets` gives for each field how many were asked of each category. A category that was asked and of which
// nobody answered cannot be weighted for: it is left out of its field's target, and `uncovered` is the largest share so left out.
// Weights are per answer with mean 1. undefined where no weights fit.

export interface Cell {
  categories: readonly string[]
  n: number
}

const most = 500
const near = 1e-10

export function rake(
  cells: readonly Cell[],
  targets: readonly ReadonlyMap<string, number>[],
): { weights: number[]; uncovered: number } | undefined {
  const answers = cells.reduce((sum, cell) => sum + cell.n, 0)
  if (answers === 0) return undefined
  const margins = targets.map((target, field) => marginOf(cells, field, target))
  const weights = cells.map(() => 1)
  for (let round = 0; round < most; round++) {
    let moved = 0
    for (const [field, { shares }] of margins.entries()) {
      const sums = new Map<string, number>()
      for (const [index, cell] of cells.entries()) {
        const category = cell.categories[field] ?? ''
        sums.set(category, (sums.get(category) ?? 0) + (weights[index] ?? 0) * cell.n)
      }
      for (const [index, cell] of cells.entries()) {
        const category = cell.categories[field] ?? ''
        const factor = ((shares.get(category) ?? 0) * answers) / (sums.get(category) ?? 1)
        moved = Math.max(moved, Math.abs(factor - 1))
        weights[index] = (weights[index] ?? 0) * factor
      }
    }
    if (moved < near)
      return {
        weights,
        uncovered: Math.max(0, ...margins.map(margin => margin.uncovered)),
      }
  }
  return undefined
}

function marginOf(cells: readonly Cell[], field: number, target: ReadonlyMap<string, number>) {
  const answered = new Set(cells.filter(cell => cell.n > 0).map(cell => cell.categories[field] ?? ''))
  const asked = [...target.values()].reduce((sum, n) => sum + n, 0)
  const covered = [...target].filter(([category]) => answered.has(category))
  const reached = covered.reduce((sum, [, n]) => sum + n, 0)
  return {
    shares: new Map(covered.map(([category, n]) => [category, n / reached])),
    uncovered: asked === 0 ? 0 : (asked - reached) / asked,
  }
}
