import { createWriteStream } from 'node:fs'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import * as yauzl from 'yauzl'
import { UnreadableFile } from '../rows.ts'
import { says } from '../says.ts'

const entries_limit = 10_000
const in_mb = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`

const tooLarge = (limit_bytes: number) => new UnreadableFile(says.zip_too_large({ size: in_mb(limit_bytes) }))

export type ZipKind = { kind: 'workbook' } | { kind: 'table'; name: string }

/** Opens an archive, lets `work` see its entries, and says in words what is wrong with a broken one. */
async function withEntries<T>(
  path: string,
  limit_bytes: number,
  work: (entries: yauzl.Entry[], zip: yauzl.ZipFile) => Promise<T>,
): Promise<T> {
  try {
    const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false })
    try {
      const entries: yauzl.Entry[] = []
      let bytes = 0
      for await (const entry of zip.eachEntry()) {
        if (entry.isEncrypted()) throw new UnreadableFile(says.file_has_password())
        bytes += entry.uncompressedSize
        if (bytes > limit_bytes) throw tooLarge(limit_bytes)
        if (entries.push(entry) > entries_limit) throw new UnreadableFile(says.too_many_files())
      }
      return await work(entries, zip)
    } finally {
      zip.close()
    }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error
    throw new UnreadableFile(says.file_damaged())
  }
}

const shownNames = (names: string[]) =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} …` : names.join(', ')

function kindOf(names: string[]): ZipKind {
  if (names.some(name => /^xl\/|^content\.xml$/.test(name))) return { kind: 'workbook' }
  if (names.some(name => /^(word|ppt)\//.test(name))) throw new UnreadableFile(says.is_document())
  const files = names.filter(name => !name.endsWith('/') && !/(^|\/)(__MACOSX\/|\.)/.test(name))
  const [only] = files
  if (only === undefined) throw new UnreadableFile(says.archive_empty())
  if (files.length > 1)
    throw new UnreadableFile(says.archive_holds({ count: files.length, names: shownNames(files) }))
  return { kind: 'table', name: only }
}

/** Whether an archive is a workbook or holds one table; inflates everything once, so that no stated size is believed. */
export const inspectZip = (
  path: string,
  { archive_bytes, workbook_bytes }: { archive_bytes: number; workbook_bytes: number },
): Promise<ZipKind> =>
  withEntries(path, archive_bytes, async (entries, zip) => {
    const kind = kindOf(entries.map(entry => entry.fileName))
    const bytes = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0)
    if (kind.kind === 'workbook' && bytes > workbook_bytes) throw tooLarge(workbook_bytes)
    if (kind.kind === 'workbook')
      for (const entry of entries) {
        const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
        await pipeline(await zip.openReadStreamPromise(entry), nowhere)
      }
    return kind
  })

export const extractEntry = (path: string, name: string, to: string, limit_bytes: number): Promise<void> =>
  withEntries(path, limit_bytes, async (entries, zip) => {
    const entry = entries.find(({ fileName }) => fileName === name)
    if (entry) await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(to))
  })
