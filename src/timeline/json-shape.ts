import type { Said } from '../core/text-sentence.ts'
import { says } from './says.ts'
/** What PostgreSQL's jsonb and our own stack can hold of a JSON value that came from outside. */
export type Json = Record<string, unknown>

const maxDepth = 20

export const isPlainObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function jsonProblem(value: unknown, depth = 0): { code: string; said: Said } | undefined {
  if (typeof value === 'string')
    return value.includes('\u0000') ? { code: 'nul_character', said: says.nul_character() } : undefined
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > maxDepth) return { code: 'too_deep', said: says.too_deep({ most: maxDepth }) }
  if (Array.isArray(value)) {
    for (const item of value) {
      const problem = jsonProblem(item, depth + 1)
      if (problem) return problem
    }
    return undefined
  }
  for (const key in value) {
    const problem = jsonProblem(key, depth) ?? jsonProblem((value as Json)[key], depth + 1)
    if (problem) return problem
  }
  return undefined
}

/** JSON that jsonb accepts: the halves of surrogate pairs that JavaScript lets through are replaced. */
export function toStorableJson(value: unknown): string {
  const text = JSON.stringify(value)
  if (!text.includes('\\ud')) return text
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'string') return item.toWellFormed()
    if (!isPlainObject(item)) return item
    return Object.fromEntries(Object.entries(item).map(([key, held]) => [key.toWellFormed(), held]))
  })
}
