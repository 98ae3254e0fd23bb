import { createServer } from 'node:net'
import { areas } from './areas.ts'
import { type Config, ConfigError, configurationPage, readConfig } from './core/config.ts'
import { Failure } from './core/errors.ts'
import { attachRuntime, startRuntime } from './core/runtime/runtime.ts'
import { webFiles } from './core/web-files.ts'
import { logFor, prepareMachine, Steps, serve } from './start.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const complain = (line: string) => process.stderr.write(`${line}\n`)

/** One clear line for whoever starts Rapport; the stack only where it is our own fault. */
function explain(error: unknown, debug: boolean): string {
  if (error instanceof ConfigError) return error.message
  if (error instanceof Failure && error.kind !== 'internal') return error.message
  const { code, message, stack } = error as { code?: string; message?: string; stack?: string }
  const port = (error as { port?: number }).port
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken by another program. Choose another one: npm start -- --port 4000`
  if (code === 'EACCES')
    return `Port ${port} may not be used by this user. Choose another one: npm start -- --port 4000`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'This machine does not have the address that HOST names. Use 127.0.0.1, or 0.0.0.0 for all of its addresses.'
  return (debug ? stack : undefined) ?? message ?? String(error)
}

/** Asked before anything is started: a second start by mistake then costs nothing. */
async function requireFreePort({ port, host, role }: Config): Promise<void> {
  if (role === 'migrate') return
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

async function start(args: string[]): Promise<void> {
  const config = readConfig(args)
  const log = logFor(config)
  const steps = new Steps()
  let address = config.public_url ?? ''
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= steps.stop())
  const leave = (code: number) =>
    void stop().then(
      () => process.exit(code),
      () => process.exit(1),
    )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leave(0))
  // The launcher (scripts/start.mjs) holds the other end of this channel: killed, it can pass no signal on.
  process.on('disconnect', () => leave(0))
  try {
    await requireFreePort(config)
    const starting = startRuntime(config, log)
    // Known before it is there: asked to stop in the middle, we wait for it and stop it.
    steps.add(() =>
      starting.then(
        runtime => runtime.stop(),
        () => undefined,
      ),
    )
    const runtime = await starting
    const machine = await prepareMachine(config, runtime, log, steps, () => address)
    if (config.role === 'migrate') {
      say('The databases are ready.')
      return leave(0)
    }
    const listening = (at: string) => {
      address ||= at
    }
    const running = await serve(config, machine, steps, listening, webFiles())
    say(`Rapport is ready at ${running.address}`)
    for (const note of running.notes) say(note)
  } catch (error) {
    complain(explain(error, config.log_level === 'debug'))
    await stop().catch(() => undefined)
    process.exit(1)
  }
}

/** Words before the first option name the command; `--data` and the like belong to the configuration. */
async function command(words: string[]): Promise<number> {
  if (words.join(' ') === 'docs write') {
    say(configurationPage())
    return 0
  }
  const commands = areas.flatMap(area => area.commands ?? [])
  const found = commands.find(each => each.name.split(' ').every((word, index) => words[index] === word))
  if (!found) {
    complain(`There is no such command. Known: ${commands.map(each => each.usage).join('; ')}`)
    return 2
  }
  const { own, rest } = splitOptions(words.slice(found.name.split(' ').length))
  const config = readConfig(own, undefined, { RAPPORT_LOG_LEVEL: 'error' })
  const log = logFor(config)
  const steps = new Steps()
  try {
    const runtime = await attachRuntime(config, log)
    steps.add(() => runtime.stop())
    const machine = await prepareMachine(
      config,
      runtime,
      log,
      steps,
      () => config.public_url ?? `http://${config.host}:${config.port}`,
    )
    return await found.run(machine, rest, say)
  } finally {
    await steps.stop()
  }
}

function splitOptions(args: string[]): { own: string[]; rest: string[] } {
  const own: string[] = []
  const rest: string[] = []
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? ''
    if (word === '--data') own.push(word, args[++index] ?? '')
    else if (word.startsWith('--data=')) own.push(word)
    else rest.push(word)
  }
  return { own, rest }
}

const args = process.argv.slice(2)
if (args[0] === undefined || args[0].startsWith('-')) {
  await start(args).catch((error: unknown) => {
    complain(explain(error, false))
    process.exit(1)
  })
} else {
  const code = await command(args).catch((error: unknown) => {
    complain(explain(error, false))
    return 1
  })
  process.exit(code)
}
