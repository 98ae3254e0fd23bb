import type { ServerResponse } from 'node:http'
import type { Log } from './log.ts'

// Live updates: one coalesced reader of the logs a process, one stream a browser. A stream carries only which records
// changed; the browser asks for them again through the ordinary API, so rights need no second implementation here.

export interface LiveChange {
  /** What a page listens to: `change` of records, `interaction` on timelines. */
  topic: string
  kind: string
  /** Empty: too many to name, or not to be named to this reader. Whoever shows this kind asks again. */
  ids: string[]
  /** When what was added happened, earliest and latest: an event may come in long after. */
  from?: string
  until?: string
}

export interface LiveBatch {
  workspace_id: string
  changes: LiveChange[]
}

/** What reads the logs, given by the area that owns them. */
export interface LiveFeed {
  readonly topics: readonly string[]
  /** The epoch of the logs and the position below which nothing can appear any more. */
  position(): Promise<{ epoch: string; position: bigint }>
  read(from: bigint, to: bigint, workspaces: string[]): Promise<LiveBatch[]>
}

export interface LiveReader {
  workspace_id: string
  /** What of a change this reader may know; undefined: nothing. */
  mask(change: LiveChange): LiveChange | undefined
}

export interface Live {
  /** Sends the reader's stream on this response until either side ends it. */
  attach(response: ServerResponse, reader: LiveReader, lastEventId: string | undefined): Promise<void>
  follow(feed: LiveFeed): void
  readers(): number
  close(): Promise<void>
}

interface Options {
  log: Log
  interval_ms?: number
  /** How long a workspace is still read after its last reader left, so that a reconnect loses nothing. */
  memory_ms?: number
}

interface Entry {
  from: bigint
  to: bigint
  at: number
  batches: Map<string, LiveChange[]>
}

interface Watched {
  since: bigint
  until: number
  readers: Set<Stream>
}

interface Stream {
  response: ServerResponse
  reader: LiveReader
}

const slowBytes = 1024 * 1024
const heartbeatMs = 15_000

export const createLive = (options: Options): Live => new LiveHub(options)

class LiveHub implements Live {
  readonly #log: Log
  readonly #intervalMs: number
  readonly #memoryMs: number
  readonly #watched = new Map<string, Watched>()
  #memory: Entry[] = []
  #feed: LiveFeed | undefined
  #epoch = ''
  #position = 0n
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #closed = false
  #beatAt = Date.now()

  constructor({ log, interval_ms = 250, memory_ms = 120_000 }: Options) {
    this.#log = log
    this.#intervalMs = interval_ms
    this.#memoryMs = memory_ms
  }

  follow(feed: LiveFeed): void {
    this.#feed = feed
    this.#plan()
  }

  readers(): number {
    return [...this.#watched.values()].reduce((sum, entry) => sum + entry.readers.size, 0)
  }

  async attach(response: ServerResponse, reader: LiveReader, lastEventId: string | undefined): Promise<void> {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // Ended is closed: a kept connection would hold up the stopping of the server.
      connection: 'close',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    response.write('retry: 1000\n\n')
    if (this.#feed && !this.#watched.size) {
      const head = await this.#headOf(this.#feed)
      // Left open, the stream would be one that nothing is ever told on; ended, the browser comes again.
      if (!head) return void response.end()
      // Two first readers may come at once: the earlier position is the safe one.
      if (!this.#watched.size) {
        this.#epoch = head.epoch
        this.#position = head.position
      }
    }
    const stream = { response, reader }
    const entry = this.#watched.get(reader.workspace_id) ?? {
      since: this.#position,
      until: 0,
      readers: new Set<Stream>(),
    }
    this.#watched.set(reader.workspace_id, entry)
    entry.readers.add(stream)
    const leave = () => {
      entry.readers.delete(stream)
      entry.until = Date.now() + this.#memoryMs
    }
    response.once('close', leave)
    if (response.destroyed || this.#closed) {
      leave()
      return void response.end()
    }
    this.#resume(stream, entry, lastEventId)
    this.#plan()
  }

  async #headOf(feed: LiveFeed): Promise<{ epoch: string; position: bigint } | undefined> {
    try {
      return await feed.position()
    } catch (error) {
      this.#log.warn({ component: 'live', error }, 'the logs could not be read')
      return undefined
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#everyone(({ response }) => response.end())
    await this.#running
  }

  #plan(): void {
    if (this.#closed || this.#timer || this.#running || !this.#feed || !this.#watched.size) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#running = this.#turn()
    }, this.#intervalMs)
    this.#timer.unref()
  }

  async #turn(): Promise<void> {
    try {
      if (this.#feed) await this.#read(this.#feed)
    } catch (error) {
      this.#log.warn({ component: 'live', error }, 'the logs could not be read')
    }
    this.#running = undefined
    this.#plan()
  }

  async #read(feed: LiveFeed): Promise<void> {
    const now = Date.now()
    for (const [workspace, entry] of this.#watched)
      if (!entry.readers.size && entry.until < now) this.#watched.delete(workspace)
    if (!this.#watched.size) {
      this.#memory = []
      return
    }
    const head = await feed.position()
    if (head.epoch !== this.#epoch || head.position < this.#position) return this.#restart(head)
    if (head.position > this.#position) await this.#carry(feed, head.position, now)
    if (now - this.#beatAt > heartbeatMs) {
      this.#beatAt = now
      this.#everyone(stream => this.#mark(stream))
    }
  }

  /** The database was restored or replaced: positions mean something else now, so everybody asks for everything again. */
  #restart(head: { epoch: string; position: bigint }): void {
    this.#epoch = head.epoch
    this.#position = head.position
    this.#memory = []
    for (const entry of this.#watched.values()) entry.since = this.#position
    this.#everyone(stream => this.#tellAll(stream))
  }

  async #carry(feed: LiveFeed, to: bigint, now: number): Promise<void> {
    const from = this.#position
    const batches = await feed.read(from, to, [...this.#watched.keys()])
    const entry: Entry = { from, to, at: now, batches: new Map() }
    for (const batch of batches) entry.batches.set(batch.workspace_id, batch.changes)
    this.#position = to
    this.#memory.push(entry)
    while (this.#memory[0] && this.#memory[0].at < now - this.#memoryMs) this.#memory.shift()
    for (const [workspace, changes] of entry.batches)
      for (const stream of this.#watched.get(workspace)?.readers ?? []) this.#tell(stream, changes)
  }

  #resume(stream: Stream, entry: Watched, lastEventId: string | undefined): void {
    if (!lastEventId) return this.#mark(stream)
    const match = /^(.+):(\d{1,20})$/.exec(lastEventId)
    const from = match?.[1] === this.#epoch ? BigInt(match[2] ?? 0) : undefined
    const oldest = this.#memory[0]?.from ?? this.#position
    if (from === undefined || from > this.#position || from < entry.since || from < oldest)
      return this.#tellAll(stream)
    this.#mark(stream)
    for (const past of this.#memory)
      if (past.to > from) this.#tell(stream, past.batches.get(stream.reader.workspace_id) ?? [])
  }

  #everyone(run: (stream: Stream) => void): void {
    for (const { readers } of this.#watched.values()) for (const stream of readers) run(stream)
  }

  get #place(): string {
    return `id: ${this.#epoch}:${this.#position}\n`
  }

  /** An id without data only moves the browser's place, so that a quiet stream resumes where it really was. */
  #mark(stream: Stream): void {
    write(stream, `${this.#place}\n`)
  }

  #tell(stream: Stream, changes: LiveChange[]): void {
    const seen = changes.flatMap(change => stream.reader.mask(change) ?? [])
    // The place is named last: whoever is cut off in between gets all of these again.
    const lines = seen.map((change, index) => {
      const place = index === seen.length - 1 ? this.#place : ''
      return `${place}data: ${JSON.stringify(change)}\n\n`
    })
    if (lines.length) write(stream, lines.join(''))
  }

  /** What was missed is not known: whoever shows anything asks again. */
  #tellAll(stream: Stream): void {
    const topics = this.#feed?.topics ?? []
    this.#tell(
      stream,
      topics.map(topic => ({ topic, kind: '*', ids: [] })),
    )
  }
}

function write({ response }: Stream, lines: string): void {
  if (response.destroyed) return
  // A browser that does not read would otherwise fill our memory; it reconnects and is told what it missed.
  if (response.writableLength > slowBytes) return void response.destroy()
  response.write(lines)
}
