import { contacts } from './contacts.ts'
import { events } from './events.ts'
import { hubspot } from './hubspot.ts'
import { type KnownExport, words } from './known-export.ts'
import { qualtrics } from './qualtrics.ts'
import { exportKey } from './recognise-keys.ts'
import { zendesk } from './zendesk.ts'

const all: readonly KnownExport[] = [...hubspot, ...zendesk, ...events, qualtrics, ...contacts]

/** Which tool's table this is, by its headers alone: the one of which most signs are there. */
export function recognise(headers: readonly string[]): KnownExport | undefined {
  const keys = new Set(headers.flatMap(header => [exportKey(header), plainKey(header)]))
  const shows = (sign: string | RegExp) =>
    typeof sign === 'string'
      ? words(sign).some(name => keys.has(name))
      : headers.some(header => sign.test(header))
  const signsOf = ({ signs, never }: KnownExport) =>
    words(never).some(name => keys.has(name))
      ? 0
      : Math.max(0, ...signs.filter(set => set.every(shows)).map(set => set.length))
  const found = all.map(known => ({ known, signs: signsOf(known) })).filter(({ signs }) => signs > 0)
  return found.toSorted((a, b) => b.signs - a.signs)[0]?.known
}

/** `properties.total` of an event is a column by its full name, too. */
export const plainKey = (header: string): string => header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** What pipelines write beside the data: `_fivetran_synced` is not when something happened. */
export const isPlumbing = (header: string): boolean =>
  /^"?_(fivetran|airbyte|sdc|dlt|rivery)_|^"?_\w+_(synced|loaded|extracted)(_at)?"?$/i.test(header)

export interface Claims {
  /** Targets by column. */
  targets: Map<number, string>
  left: Set<number>
}

/** The columns of a known export and where they go, as far as the targets are there and take them. */
export function claimColumns(
  known: KnownExport,
  columns: readonly { name: string; type: string }[],
  takes: (target: string, column: number) => boolean,
): Claims {
  const targets = new Map<number, string>()
  const named = (name: string) =>
    columns.flatMap((column, at) =>
      exportKey(column.name) === name || plainKey(column.name) === name ? [at] : [],
    )
  for (const [target, names] of Object.entries(known.columns)) {
    const open = words(names)
      .flatMap(named)
      .filter(at => !targets.has(at) && takes(target, at))
    const at = open.find(one => columns[one]?.type !== 'empty') ?? open[0]
    if (at !== undefined) targets.set(at, target)
  }
  const left = new Set(words(known.leave).flatMap(named))
  for (const at of targets.keys()) left.delete(at)
  return { targets, left }
}
