import { setImmediate } from 'node:timers/promises'
import { countDigests, digestOf, grown, numberDigests } from '../digests.ts'
import type { ImportPlan } from '../import-plan.ts'
import { rowReader } from '../read-row.ts'
import { headerEnd, type Row, readRows, type Source, UnreadableFile } from '../rows.ts'
import { says } from '../says.ts'

// The last file of a series, as a newer export of the same list is compared with it: what each row is known by, and a print of
// each of its cells, 4 bytes each. The file itself stays where it is.

const most_cells = 100_000_000
const flags = new Set(['deleted', 'still_there'])

export interface LastFile {
  plan: ImportPlan
  source: Source
  /** Rows that were rejected: they are tried again. */
  rejected: ReadonlySet<number>
}

export interface Baseline {
  /** The number under which a row of the last file is known here, when this row is the same one; it is noted as still there. */
  meet(row: Row): number | undefined
  /** The fields of a row whose cells are not as they were; all that are filled where the row is new. */
  changed(number: number | undefined, raw: Record<string, string>): string[]
  /** Whether a row of the last file is missing in the one that was met. */
  isGone(row: Row): boolean
  /** Whether a row that was met is known by this. */
  hasMet(key: string, value: string): boolean
}

/** What a row is known by: the firmest field that it fills. */
export function keyReader(plan: ImportPlan, match: readonly string[]): (row: Row) => Buffer | undefined {
  const mapping = plan.mapping.filter(({ target }) => match.includes(target) || target === 'country')
  const read = rowReader(lenient({ ...plan, mapping }))
  return row => {
    const reading = read(row)
    if ('problem' in reading) return undefined
    const key = match.find(one => reading.values[one] !== undefined)
    return key === undefined ? undefined : keyDigest(key, String(reading.values[key]))
  }
}

const keyDigest = (key: string, value: string) => digestOf(`${key}\n${value.toLowerCase().trim()}`)

/** Whatever is wrong with other cells, a row is still the one it is. */
const lenient = (plan: ImportPlan): ImportPlan => ({
  ...plan,
  columns: Number.POSITIVE_INFINITY,
  defaults: [],
  settings: { ...plan.settings, bad_cells: 'skip' },
})

/** Of several rows with one key the second is known as the second, in this file and in the next. */
function numbered(keyOf: (row: Row) => Buffer | undefined): (row: Row) => Buffer | undefined {
  const again = countDigests()
  return row => {
    const key = keyOf(row)
    if (!key) return undefined
    const before = again(key)
    return before === 0 ? key : digestOf(`${key.toString('base64')} ${before}`)
  }
}

/** FNV-1a over code units; 0 is the empty cell. */
function printOf(cell: string | undefined): number {
  if (!cell) return 0
  let print = 0x811c9dc5
  for (let at = 0; at < cell.length; at++) print = Math.imul(print ^ cell.charCodeAt(at), 0x01000193)
  return print >>> 0 || 1
}

/** Reads the last file once; undefined when it was asked to stop. */
export async function readBaseline(
  last: LastFile,
  plan: ImportPlan,
  signal: AbortSignal,
): Promise<Baseline | undefined> {
  const fields = plan.mapping.map(({ target }) => target).filter(target => !flags.has(target))
  const keyOf = numbered(keyReader(last.plan, plan.match))
  const mapping = last.plan.mapping.filter(({ target }) => !flags.has(target))
  const read = rowReader(lenient({ ...last.plan, mapping }))
  const known = numberDigests()
  let prints = new Uint32Array(fields.length * 1024)
  const first = headerEnd(last.plan.dialect)
  for await (const batch of readRows(last.source, last.plan.dialect)) {
    for (const row of batch) {
      if (row.number <= first || last.rejected.has(row.number)) continue
      const key = keyOf(row)
      const reading = key && read(row)
      if (!key || !reading || 'problem' in reading) continue
      const start = known.add(key) * fields.length
      if (start > most_cells) throw new UnreadableFile(says.last_file_too_large())
      if (start + fields.length > prints.length) prints = grown(prints, start + fields.length)
      for (const [at, field] of fields.entries()) prints[start + at] = printOf(reading.raw[field])
    }
    await setImmediate()
    if (signal.aborted) return undefined
  }
  return comparing({ plan, last, fields, known, prints })
}

interface Known {
  plan: ImportPlan
  last: LastFile
  fields: readonly string[]
  known: ReturnType<typeof numberDigests>
  prints: Uint32Array
}

function comparing({ plan, last, fields, known, prints }: Known): Baseline {
  const met = numberDigests()
  const keyOf = keyReader(plan, plan.match)
  const numberedKey = numbered(keyOf)
  const lastKeyOf = keyReader(last.plan, plan.match)
  return {
    meet(row) {
      const key = numberedKey(row)
      if (!key) return undefined
      met.add(key)
      return known.find(key)
    },
    changed(number, raw) {
      if (number === undefined) return fields.filter(field => raw[field] !== undefined)
      const start = number * fields.length
      return fields.filter((field, at) => prints[start + at] !== printOf(raw[field]))
    },
    isGone(row) {
      if (last.rejected.has(row.number)) return false
      const key = lastKeyOf(row)
      return key !== undefined && met.find(key) === undefined
    },
    hasMet: (key, value) => met.find(keyDigest(key, value)) !== undefined,
  }
}
