import { pino, stdTimeFunctions } from 'pino'

// An allow-list, not a deny-list: only these keys are written, so that a new field can never bring personal data along.
const allowed = new Set([
  'area',
  'attempt',
  'batch',
  'code',
  'component',
  'count',
  'duration_ms',
  'endpoint',
  'exit_code',
  'job',
  'kind',
  'lag_ms',
  'method',
  'migration',
  'name',
  'pid',
  'port',
  'reason',
  'request_id',
  'retry_in_ms',
  'role',
  'rows',
  'signal',
  'status',
  'table',
  'version',
])

export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  /** An error's code and stack go out, never its message's values: database messages quote rows. */
  error(fields: Record<string, unknown>, message: string): void
}

function clean(fields: object): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(fields)) {
    if (
      allowed.has(key) &&
      (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    )
      kept[key] = value
  }
  const error = (fields as { error?: unknown }).error
  if (error instanceof Error) {
    const code = (error as { code?: unknown }).code
    kept.error = { name: error.name, ...(typeof code === 'string' ? { code } : {}), at: framesOf(error) }
  }
  return kept
}

/** A stack begins with the message, which may have lines that look like places. */
const framesOf = (error: Error): string[] =>
  (error.stack ?? '')
    .replace(error.message, () => '')
    .split('\n')
    .filter(line => /^\s+at /.test(line))
    .slice(0, 8)
    .map(line => line.trim().replace(/\(?file:\/\/.*?\/(src|node_modules)\//, '($1/'))

export function createLog(options: {
  level: string
  format: 'text' | 'json'
  write?: (line: string) => void
}): Log {
  const write = options.write ?? (line => process.stderr.write(line))
  const sink = { write: options.format === 'json' ? write : (line: string) => write(asText(line)) }
  const logger = pino({ level: options.level, base: null, timestamp: stdTimeFunctions.isoTime }, sink)
  return {
    debug: (fields, message) => logger.debug(clean(fields), message),
    info: (fields, message) => logger.info(clean(fields), message),
    warn: (fields, message) => logger.warn(clean(fields), message),
    error: (fields, message) => logger.error(clean(fields), message),
  }
}

const levels: Record<number, string> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' }

function asText(line: string): string {
  const { level, time, msg, ...rest } = JSON.parse(line) as { level: number; time: string; msg: string }
  const fields = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${time.slice(11, 23)} ${(levels[level] ?? '').padEnd(5)} ${msg}${fields.length ? `  ${fields.join(' ')}` : ''}\n`
}
