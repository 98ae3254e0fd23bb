import { isUtf8 } from 'node:buffer'
import type { Said } from '../core/text-sentence.ts'
import type { Encoding } from './import-formats.contract.ts'
import { says } from './says.ts'

const incompleteTail = (chunk: Uint8Array): number => {
  // UTF-8 sequences are at most four bytes: how many bytes at the end belong to one that goes on in the next chunk
  for (let back = 1; back <= Math.min(3, chunk.length); back++) {
    const byte = chunk[chunk.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0
  }
  return 0
}

const byteOrderMark = (head: Uint8Array): Encoding | undefined => {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  return undefined
}

// Without a mark, UTF-16 gives itself away: commas, digits and line ends leave a zero in every second byte.
const wideWithoutMark = (head: Uint8Array): Encoding | undefined => {
  let even = 0
  let odd = 0
  for (let at = 0; at < head.length; at++) {
    if (head[at] !== 0) continue
    if (at % 2) odd++
    else even++
  }
  const pairs = head.length / 2
  if (odd > pairs * 0.3 && even < pairs * 0.05) return 'utf-16le'
  if (even > pairs * 0.3 && odd < pairs * 0.05) return 'utf-16be'
  return undefined
}

/** Looks at every byte of a file once, as it streams by, and says in which encoding it is written. */
export function scanEncoding() {
  let head: Uint8Array = new Uint8Array()
  let rest: Uint8Array = new Uint8Array()
  let utf8 = true
  const add = (chunk: Uint8Array): void => {
    if (head.length < 65_536) head = Buffer.concat([head, chunk.subarray(0, 65_536 - head.length)])
    if (!utf8) return
    const whole = rest.length ? Buffer.concat([rest, chunk]) : chunk
    const tail = incompleteTail(whole)
    utf8 = isUtf8(whole.subarray(0, whole.length - tail))
    rest = whole.subarray(whole.length - tail)
  }
  const finish = (): Encoding =>
    byteOrderMark(head) ?? wideWithoutMark(head) ?? (utf8 && rest.length === 0 ? 'utf-8' : 'windows-1252')
  return { add, finish }
}

const startsWith = (head: Uint8Array, bytes: number[]) => bytes.every((byte, at) => head[at] === byte)

export const isGzip = (head: Uint8Array): boolean => startsWith(head, [0x1f, 0x8b])
export const isZip = (head: Uint8Array): boolean => startsWith(head, [0x50, 0x4b, 0x03, 0x04])
/** The container of XLS files, of documents of that age, and of workbooks with a password. */
export const isCompound = (head: Uint8Array): boolean => startsWith(head, [0xd0, 0xcf, 0x11, 0xe0])

/** Why a file cannot be text, for the person who dropped it; undefined when it may be. */
export function refusal(head: Uint8Array): Said | undefined {
  if (head.length === 0) return says.file_empty()
  if (isZip(head) || isCompound(head)) return says.packed_twice()
  if (startsWith(head, [0x50, 0x4b, 0x05, 0x06])) return says.archive_empty()
  if (startsWith(head, [0x25, 0x50, 0x44, 0x46])) return says.is_pdf()
  if (byteOrderMark(head) ?? wideWithoutMark(head)) return undefined
  const zeros = head.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0)
  if (zeros > head.length * 0.01) return says.no_text()
  return undefined
}
