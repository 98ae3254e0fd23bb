import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'pg'
import { readConfig } from '../src/core/config.ts'
import type { Machine } from '../src/core/machine.ts'
import { startRuntime } from '../src/core/runtime/runtime.ts'
import { webFiles } from '../src/core/web-files.ts'
import { insertWorkspace, makeKey } from '../src/identity/index.ts'
import { logFor, prepareMachine, Steps, serve } from '../src/start.ts'
import { fill } from './generate.ts'

export interface Measured {
  what: string
  goal: string
  ours: string
  floor: string
  /** Ours to the floor, as the goal has it. */
  ratio: number | null
  met: boolean | null
  note?: string
}

export interface Home {
  id: string
  key: string
  write_key: string
  people: number
}

export interface World {
  /** 1 is the size of DESIGN §7: a million people, twenty million interactions. */
  scale: number
  machine: Machine
  address: string
  /** The superuser of the database: floors run without row security and without our code. */
  bare: Pool
  home: Home
  /** The same with ten thousand people: what must not grow with size is measured against it. */
  small: Home
  say(line: string): void
  close(): Promise<void>
}

export const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** The workspace of that name: the one that a kept folder has already, or a new one. */
async function homeOf(machine: Machine, bare: Pool, name: string, people: number): Promise<Home> {
  const { rows } = await bare.query<{ id: string }>('select id from workspace where name = $1', [name])
  const fresh = { name, country: 'DE', currency: 'EUR', time_zone: 'Europe/Berlin', locale: 'en' }
  const id = rows[0]?.id ?? (await machine.auth(db => insertWorkspace(machine, db, fresh)))
  const key = (input: Parameters<typeof makeKey>[1]) =>
    machine.workspaceTransaction(
      { workspace_id: id, actor: { kind: 'system', id: 'bench' } },
      async ctx => (await makeKey(ctx, input)).key,
    )
  return {
    id,
    people,
    key: await key({ kind: 'api', role: 'admin', name: 'bench' }),
    write_key: await key({ kind: 'write', name: 'bench' }),
  }
}

/** The whole product on databases of its own, filled with people and what happened to them. */
export async function createWorld(
  scale: number,
  { folder, events }: { folder: string | undefined; events: boolean },
): Promise<World> {
  const made = folder === undefined
  const data = folder ?? mkdtempSync(join(tmpdir(), 'rapport-bench-'))
  const config = readConfig(['--port', '0', '--data', data], {
    RAPPORT_LOG_LEVEL: 'error',
    RAPPORT_API_RATE: '100000000',
    RAPPORT_EVENT_RATE: '0',
  })
  const log = logFor(config)
  const steps = new Steps()
  if (made) steps.add(() => rmSync(data, { recursive: true, force: true }))
  try {
    const runtime = await startRuntime(config, log)
    steps.add(() => runtime.stop())
    let address = ''
    const machine = await prepareMachine(config, runtime, log, steps, () => address)
    const bare = new Pool({
      connectionString: runtime.admin_url,
      max: 12,
      options: '-c search_path=rapport,public',
    })
    steps.add(() => bare.end())
    const home = await homeOf(machine, bare, 'Large', Math.max(2_000, Math.round(1_000_000 * scale)))
    const small = await homeOf(machine, bare, 'Small', 10_000)
    await fill(bare, home, events ? Math.round(20_000_000 * scale) : 0)
    await fill(bare, small, events ? 20_000 : 0)
    const running = await serve(
      config,
      machine,
      steps,
      at => {
        address = at
      },
      webFiles(),
    )
    return { scale, machine, address: running.address, bare, home, small, say, close: () => steps.stop() }
  } catch (error) {
    await steps.stop()
    throw error
  }
}
