import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { round } from './measure.ts'
import type { Measured } from './world.ts'

const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url))

async function startToReady(data: string): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, [entry, '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const left = new Promise(resolve => child.once('exit', resolve))
  try {
    await new Promise<void>((resolve, reject) => {
      let said = ''
      child.stdout.on('data', chunk => {
        said += String(chunk)
        if (said.includes('Rapport is ready')) resolve()
      })
      child.once('exit', code => reject(new Error(`it ended with ${code} before it was ready`)))
    })
    return (performance.now() - started) / 1000
  } finally {
    child.kill('SIGINT')
    await left
  }
}

/** From nothing but installed packages to ready, and the second start. */
export async function startUp(): Promise<Measured[]> {
  const data = mkdtempSync(join(tmpdir(), 'rapport-bench-start-'))
  try {
    const first = await startToReady(data)
    const second = await startToReady(data)
    const row = (what: string, seconds: number): Measured => ({
      what,
      goal: '≤ 6 s',
      ours: `${round(seconds)} s`,
      floor: '',
      ratio: null,
      met: seconds <= 6,
    })
    return [row('start, empty data folder to ready', first), row('second start', second)]
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}
