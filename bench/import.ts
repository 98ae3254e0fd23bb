import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { copyAndMerge, copyAndMergePeople } from './import-floor.ts'
import { round } from './measure.ts'
import type { Measured, World } from './world.ts'

const header = 'given_name,family_name,email,phone,job_title,company,city,country,external_id\n'
const given = ['Ada', 'Bo', 'Cem', 'Dörte', 'Émile', 'Fatma', 'Grace', 'Hugo', 'Ines', 'Jürgen']
const family = ['Löwe', 'Meier', 'Nguyen', 'Öztürk', 'Peters', 'Quinn', 'Rossi']

function* lines(count: number): Generator<string> {
  let part = header
  for (let n = 0; n < count; n++) {
    const [g, f] = [given[n % 10] ?? '', family[n % 7] ?? '']
    part += `${g},${f} ${n},imported${n}@example${n % 997}.org,+49 40 ${String(1_000_000 + (n % 8_999_999))},Buyer,Imported Company ${n % Math.max(100, count / 5)},Bonn,DE,i${n}\n`
    if (part.length > 64_000) {
      yield part
      part = ''
    }
  }
  yield part
}

interface Progress {
  id: string
  status: string
  counts: { rows: number; created: number; unchanged: number; rejected: number }
}

async function importFile(
  world: World,
  path: string,
): Promise<{ seconds: number; last: Progress; peak_mb: number }> {
  const headers = { authorization: `Bearer ${world.home.key}` }
  const sending: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    headers: { ...headers, 'content-type': 'text/csv' },
    body: Readable.toWeb(createReadStream(path)),
    duplex: 'half',
  }
  const upload = await fetch(`${world.address}/api/imports/files?name=people.csv`, sending)
  if (!upload.ok) throw new Error(await upload.text())
  const { file } = (await upload.json()) as { file: { id: string } }
  const started = performance.now()
  const made = await fetch(`${world.address}/api/imports`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ file_id: file.id, kind: 'person', match: ['email', 'external_id'] }),
  })
  if (!made.ok) throw new Error(await made.text())
  let last = (await made.json()) as Progress
  let peak = 0
  while (['queued', 'running'].includes(last.status)) {
    await new Promise(resolve => setTimeout(resolve, 250))
    peak = Math.max(peak, process.memoryUsage().rss)
    last = (await (await fetch(`${world.address}/api/imports/${last.id}`, { headers })).json()) as Progress
  }
  if (last.status !== 'done') throw new Error(JSON.stringify(last))
  return { seconds: (performance.now() - started) / 1000, last, peak_mb: peak / 1024 / 1024 }
}

export async function importPeople(world: World): Promise<Measured[]> {
  const count = Math.max(5_000, Math.round(1_000_000 * world.scale))
  const folder = await mkdtemp(join(tmpdir(), 'rapport-bench-import-'))
  const path = join(folder, 'people.csv')
  try {
    await pipeline(Readable.from(lines(count)), createWriteStream(path))
    const before_mb = process.memoryUsage().rss / 1024 / 1024
    const first = await importFile(world, path)
    const again = await importFile(world, path)
    const [ours, bare] = [count / first.seconds, count / (await copyAndMerge(world, path))]
    const alone = count / (await copyAndMergePeople(world, path))
    const memory = `memory ${round(before_mb, 0)} → ${round(first.peak_mb, 0)} MB`
    return [
      {
        what: `import of ${count} people from CSV with matching`,
        goal: '≥ 25 % of bare COPY + merge',
        ours: `${round(ours, 0)} rows/s`,
        floor: `${round(bare, 0)} rows/s`,
        ratio: round(ours / bare),
        met: ours / bare >= 0.25,
        note: `${first.last.counts.created} created, ${memory}; into the table of people alone ${round(alone, 0)} rows/s, ratio ${round(ours / alone)}`,
      },
      {
        what: 'the same file again',
        goal: 'changes nothing',
        ours: `${round(count / again.seconds, 0)} rows/s`,
        floor: '',
        ratio: null,
        met: again.last.counts.unchanged === count,
        note: `${again.last.counts.unchanged} unchanged`,
      },
    ]
  } finally {
    await rm(folder, { recursive: true })
  }
}
