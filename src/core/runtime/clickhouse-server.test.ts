import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  type ClickHouseClient,
  ClickHouseError,
  ClickHouseLogLevel,
  createClient,
  TupleParam,
} from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClickHouseServer, startClickHouse } from './clickhouse-server.ts'
import { signal } from './processes.ts'

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const folder = mkdtempSync(join(tmpdir(), 'rapport clickhouse '))
let server: ClickHouseServer
let client: ClickHouseClient

const connect = (address: ClickHouseServer['address']) =>
  createClient({
    url: address.url,
    username: address.user,
    password: address.password,
    database: address.database,
    log: { level: ClickHouseLogLevel.OFF },
  })

async function rows<T>(query: string, query_params: Record<string, unknown> = {}): Promise<T[]> {
  return (await client.query({ query, query_params, format: 'JSONEachRow' })).json<T>()
}

beforeAll(async () => {
  server = await startClickHouse({ data_folder: folder, memory_bytes: 4e9 }, quiet)
  client = connect(server.address)
  await client.command({
    query: `create table note (n UInt64, at DateTime64(3, 'UTC'), text String) engine = MergeTree order by n
            settings non_replicated_deduplication_window = 1000`,
  })
})

afterAll(async () => {
  await client.close()
  await server.stop()
  rmSync(folder, { recursive: true })
})

describe('the embedded ClickHouse behind the ordinary client', () => {
  it('parameters of every kind arrive unchanged', async () => {
    const nasty = 'O\'Brien \\ "x" {n:UInt64}\n\ttab \u{1F600} -- \0end'
    const [row] = await rows<Record<string, unknown>>(
      `select {s:String} as s, {n:UInt64} as n, {list:Array(String)} as list, {pair:Tuple(UInt8, String)} as pair,
              {at:DateTime64(3)} as at, {none:Nullable(String)} as none, {yes:Bool} as yes, {f:Float64} as f`,
      {
        s: nasty,
        n: 12,
        list: ['a', "b'c", 'd\\e'],
        pair: new TupleParam([1, "p'q"]),
        at: new Date('2026-01-02T03:04:05.678Z'),
        none: null,
        yes: true,
        f: 0.25,
      },
    )
    expect(row).toEqual({
      s: nasty,
      n: 12,
      list: ['a', "b'c", 'd\\e'],
      pair: [1, "p'q"],
      at: '2026-01-02 03:04:05.678',
      none: null,
      yes: true,
      f: 0.25,
    })
  })

  it('a parameter may be a limit, an interval, an aggregate’s parameter or a name', async () => {
    const found = await rows<{ number: number }>(
      `select number, now() - interval {days:UInt16} day as since from {from:Identifier} where number in {ids:Array(UInt64)} limit {most:UInt8}`,
      { days: 3, from: 'system.numbers', ids: [5, 6, 7], most: 2 },
    )
    expect(found.map(row => row.number)).toEqual([5, 6])
    const [funnel] = await rows<{ level: number }>(
      'select windowFunnel({window:UInt64})(number, number = 1, number = 2) as level from numbers(5)',
      { window: 10 },
    )
    expect(funnel?.level).toBe(2)
  })

  it('an error says its code and type', async () => {
    await expect(rows('select * from nowhere')).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' })
    await expect(rows('select {x:String}')).rejects.toMatchObject({ code: '456' })
  })

  it('settings hold for their statement only', async () => {
    const max = (await client.query({
      query: "select value from system.settings where name = 'max_block_size'",
      format: 'JSONEachRow',
      clickhouse_settings: { max_block_size: '1234' },
    })) as { json<T>(): Promise<T[]> }
    expect(await max.json()).toEqual([{ value: '1234' }])
    const after = await Promise.all(
      Array.from({ length: 20 }, () =>
        rows<{ value: string }>("select value from system.settings where name = 'max_block_size'"),
      ),
    )
    expect(new Set(after.flat().map(row => row.value))).not.toContain('1234')
  })

  it('rows are inserted once for a token, however often they are sent', async () => {
    const insert = (token: string) =>
      client.insert({
        table: 'note',
        values: [{ n: 1, at: '2026-01-01T00:00:00.123Z', text: 'one\ntwo' }],
        format: 'JSONEachRow',
        clickhouse_settings: { insert_deduplication_token: token, date_time_input_format: 'best_effort' },
      })
    await insert('a')
    await insert('a')
    await insert('b')
    expect(await rows('select n, at, text from note')).toEqual([
      { n: 1, at: '2026-01-01 00:00:00.123', text: 'one\ntwo' },
      { n: 1, at: '2026-01-01 00:00:00.123', text: 'one\ntwo' },
    ])
  })

  it('lines are inserted once for a token, whole or not at all, and nothing of them is left behind', async () => {
    await client.command({
      query: `create table line (n UInt32, kind LowCardinality(String), maybe LowCardinality(Nullable(String)), at DateTime64(3, 'UTC'))
        engine = MergeTree order by n settings non_replicated_deduplication_window = 100`,
    })
    // A table of the same name elsewhere says nothing about this one.
    await client.command({ query: 'create database zoo' })
    await client.command({ query: 'create table zoo.line (kind UInt8) engine = MergeTree order by kind' })
    const insert = (
      text: string,
      token: string,
      columns: [string, ...string[]] = ['kind', 'n', 'at', 'maybe'],
    ) =>
      client.insert({
        table: 'line',
        columns,
        values: Readable.from([Buffer.from(text)], { objectMode: false }),
        format: 'TabSeparated',
        clickhouse_settings: { insert_deduplication_token: token },
      })
    const text = 'a\\tb\t1\t2026-01-01 10:00:00.5\t\\N\nc\t2\t1969-12-31 23:59:59.999\td\n'
    await insert(text, 'a')
    await insert(text, 'a')
    const stored = [
      { n: 1, kind: 'a\tb', maybe: null, at: '2026-01-01 10:00:00.500' },
      { n: 2, kind: 'c', maybe: 'd', at: '1969-12-31 23:59:59.999' },
    ]
    expect(await rows('select n, kind, maybe, at from line order by n')).toEqual(stored)
    await expect(insert('e\t3\t2026-01-01 10:00:00\t\\N\nf\tfour\t', 'b')).rejects.toBeInstanceOf(
      ClickHouseError,
    )
    await expect(insert(text, 'c', ['kind', 'n', 'at', 'none'])).rejects.toMatchObject({ code: '16' })
    expect(await rows('select count() as n from line')).toEqual([{ n: 2 }])
    expect(readdirSync(join(folder, 'clickhouse-incoming'))).toEqual([])
  })

  it('a stream larger than one piece is inserted whole', async () => {
    const rest = `\t2026-01-01 00:00:00.000\t${'x'.repeat(700)}\n`
    const lines = function* () {
      for (let n = 0; n < 250_000; n += 1000)
        yield Array.from({ length: 1000 }, (_, i) => `${n + i}${rest}`).join('')
    }
    await client.command({ query: 'create table big as note' })
    await client.insert({
      table: 'big',
      columns: ['n', 'at', 'text'],
      values: Readable.from(lines(), { objectMode: false }),
      format: 'TabSeparated',
    })
    expect(
      await rows('select count() as lines, sum(length(text)) as bytes, uniqExact(n) as ids from big'),
    ).toEqual([{ lines: 250_000, bytes: 250_000 * 700, ids: 250_000 }])
  }, 30_000)

  it('a slow statement holds nobody up', async () => {
    const started = performance.now()
    const slow = rows('select sum(sleepEachRow(1)) from numbers(3) settings max_block_size = 1')
    await Promise.all(Array.from({ length: 50 }, (_, n) => rows('select {n:UInt64} as n', { n })))
    expect(performance.now() - started).toBeLessThan(2500)
    await slow
  })

  it('two hundred statements at once are all answered', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => rows<{ n: number }>('select {n:UInt64} as n', { n })),
    )
    expect(answers.map(found => found[0]?.n)).toEqual(Array.from({ length: 200 }, (_, n) => n))
  })

  it('without the secret nothing is answered', async () => {
    const stranger = connect({ ...server.address, password: 'guess' })
    await expect(stranger.query({ query: 'select 1' })).rejects.toMatchObject({ code: '516' })
    await stranger.close()
    const status = await new Promise(resolve =>
      get(`${server.address.url}/?query=select+1`, response => resolve(response.resume().statusCode)),
    )
    expect(status).toBe(403)
  })

  it('a statement that wants all memory fails alone', async () => {
    await expect(rows('select groupArray(number) from numbers(10000000000)')).rejects.toMatchObject({
      code: '241',
    })
    expect(await rows('select 1 as n')).toEqual([{ n: 1 }])
  })

  it('killed in the middle, it is started again at the same address and what was answered is there', {
    timeout: 60_000,
  }, async () => {
    for (let round = 0; round < 3; round++) {
      await client.insert({
        table: 'note',
        values: [{ n: 100 + round, at: 0, text: 'kept' }],
        format: 'JSONEachRow',
      })
      signal(server.status().pid ?? 0, 'SIGKILL')
      await expect.poll(() => server.status().restarts, { timeout: 20_000 }).toBe(round + 1)
      await expect.poll(() => client.ping().then(pong => pong.success), { timeout: 20_000 }).toBe(true)
    }
    expect(await rows("select count() as n from note where text = 'kept'")).toEqual([{ n: 3 }])
  })
})
