import { definitions, type Measure } from '../measures.contract.ts'
import type { ClusterSquares } from './clusters.ts'
import { type Tally, voteOf } from './score.ts'

export interface Told {
  value: number
  weight?: number
  /** Answers of one company resemble each other. */
  company?: string
}

/** The answers added up by hand, as the database does it. */
export function tallyOf(measure: Measure, told: readonly (Told | number)[]): Tally {
  const definition = definitions[measure]
  const { scale_min, scale_max, score, second } = definition
  const all = told.map((one, index) => {
    const { value, weight = 1, company = `alone ${index}` } = typeof one === 'number' ? { value: one } : one
    return { value, weight, company }
  })
  const over = (power: number) =>
    Array.from({ length: scale_max - scale_min + 1 }, (_, index) =>
      all.reduce((sum, { value, weight }) => sum + (value === scale_min + index ? weight ** power : 0), 0),
    )
  const clusters = (second ? [score, second] : [score]).map((kind): ClusterSquares => {
    const sums = [...Map.groupBy(all, ({ company }) => company).values()].map(members => ({
      s: members.reduce((sum, { value, weight }) => sum + weight * voteOf(definition, kind, value), 0),
      m: members.reduce((sum, { weight }) => sum + weight, 0),
    }))
    return {
      clusters: sums.length,
      cluster_squares: sums.reduce((sum, { s }) => sum + s * s, 0),
      cluster_products: sums.reduce((sum, { s, m }) => sum + s * m, 0),
      cluster_sizes_squared: sums.reduce((sum, { m }) => sum + m * m, 0),
    }
  })
  return { counts: over(0), weights: over(1), squares: over(2), clusters }
}

/** So many promoters and detractors among n. */
export const npsTally = (promoters: number, detractors: number, n: number): Tally =>
  tallyOf('nps', [
    ...Array<number>(promoters).fill(9),
    ...Array<number>(detractors).fill(3),
    ...Array<number>(n - promoters - detractors).fill(7),
  ])
