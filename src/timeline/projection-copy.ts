import type { PoolClient } from 'pg'
import { to as copyTo } from 'pg-copy-streams'

// Rows leave PostgreSQL by COPY and enter ClickHouse as the same bytes; nothing is parsed on the way.

export const interactionColumns: [string, ...string[]] = [
  'workspace_id',
  'occurred_at',
  'kind',
  'channel',
  'identifier_id',
  'id',
  'received_at',
  'name',
  'source',
  'direction',
  'amount_minor',
  'currency',
  'feeling',
  'score',
  'ref_kind',
  'ref_id',
  'epoch',
  'batch',
]

/** A half-open range of transactions. */
export interface Range {
  from: string
  to: string
}

const digits = (value: string | number): string => {
  if (!/^\d{1,20}$/.test(String(value))) throw new Error('not a transaction number')
  return String(value)
}

const whole = ({ from, to }: Range) => `xid >= '${digits(from)}'::xid8 and xid < '${digits(to)}'::xid8`

/** Names of events and pages are internal; texts, properties and contexts are personal and stay where they are. */
export const interactionsOf = (
  range: Range,
  mark: { epoch: number; batch: number },
  ordered: boolean,
): string => `
  select workspace_id, occurred_at at time zone 'UTC', kind, channel, identifier_id, id, received_at at time zone 'UTC',
    coalesce(name, ''), coalesce(source, ''), coalesce(direction, ''), coalesce(amount_minor, 0), coalesce(currency, ''),
    feeling, score, coalesce(ref_kind, ''), coalesce(ref_id, ''), ${digits(mark.epoch)}, ${digits(mark.batch)}
  from rapport.interaction where ${whole(range)}${ordered ? ' order by xid, occurred_at, id' : ''}`

export const ownerColumns: [string, ...string[]] = [
  'id',
  'workspace_id',
  'identifier_id',
  'root_id',
  'valid_from',
  'valid_to',
  'retracted',
  'version',
]

const milliseconds = (column: string, none: string) =>
  `case when isfinite(${column}) then (extract(epoch from ${column}) * 1000)::bigint else ${none} end`

/** Ranges of the dictionary include their end, ours do not. */
export const ownersOf = (range: Range | undefined, version: number): string => `
  select id, workspace_id, identifier_id, root_id, ${milliseconds('valid_from', "'-9223372036854775808'::bigint")},
    ${milliseconds("valid_to - interval '1 millisecond'", "'9223372036854775807'::bigint")},
    case when retracted_at is null then 0 else 1 end, ${digits(version)}
  from rapport.identifier_person${range ? ` where ${whole(range)}` : ''}`

/** Streams a query's rows in pieces of whole lines; returns how many rows there were. */
export async function copyOut(
  client: PoolClient,
  query: string,
  pieceBytes: number,
  take: (lines: Buffer) => Promise<void>,
): Promise<number> {
  const stream = client.query(copyTo(`copy (${query}) to stdout`))
  let held: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const end = bytes + chunk.length >= pieceBytes ? chunk.lastIndexOf(10) + 1 : 0
    if (end > 0) {
      held.push(chunk.subarray(0, end))
      await take(Buffer.concat(held))
      held = []
      bytes = 0
    }
    const rest = chunk.subarray(end)
    held.push(rest)
    bytes += rest.length
  }
  if (bytes > 0) await take(Buffer.concat(held))
  return stream.rowCount
}
