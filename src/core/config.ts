import { isIP } from 'node:net'
import { parseArgs } from 'node:util'
import { z } from 'zod'

// The one validated configuration. `docs/configuration.md` is generated from the descriptions below.

const port = z.coerce.number().int().min(0).max(65535)
const flag = z.enum(['true', 'false', '1', '0', '']).transform(value => value === 'true' || value === '1')
const url = (protocols: RegExp) => z.url({ protocol: protocols })

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return ['loopback', 'linklocal', 'uniquelocal'].includes(text)
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

const settings = z.object({
  PORT: port.default(3000).describe('Port the web server listens on; 0 takes a free one. Also `--port`.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address the web server listens on. Also `--host`.'),
  RAPPORT_DATA: z
    .string()
    .min(1)
    .default('data')
    .describe('Folder for the embedded databases, files and secrets. Also `--data`.'),
  DATABASE_URL: url(/^postgres(ql)?$/)
    .optional()
    .describe(
      'PostgreSQL 15 to 18. A login that may create roles, for migrations only. Directly or through a pooler in session mode, because statements are kept and leases held by connection. Unset: the embedded PostgreSQL 18 is started.',
    ),
  CLICKHOUSE_URL: url(/^https?$/)
    .optional()
    .describe(
      'ClickHouse over HTTP, with user, password and database in the URL. Unset: the embedded ClickHouse is started.',
    ),
  RAPPORT_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe(
      'Installation secret, at least 32 characters, from which all keys are derived. Needed with DATABASE_URL when several processes run; unset: made once and kept in the data folder.',
    ),
  RAPPORT_ROLE: z
    .enum(['all', 'web', 'ingest', 'worker', 'migrate'])
    .default('all')
    .describe(
      'What this process does. `web` answers requests, `ingest` takes events and answers nothing else, `worker` does what runs in the background, `all` does everything; `migrate` prepares the databases and exits. Also `--role`.',
    ),
  RAPPORT_ROLE_PREFIX: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,40}$/)
    .optional()
    .describe('Prefix of the PostgreSQL roles. Unset: the name of the database.'),
  RAPPORT_PUBLIC_URL: url(/^https?$/)
    .optional()
    .describe(
      'Address under which people reach this installation; links in invitations and surveys start with it, and passkeys belong to its host name.',
    ),
  SMTP_URL: url(/^smtps?$/)
    .optional()
    .describe(
      'Mail server that invitations and links for a new password are sent through, with user and password in the URL: `smtps://user:password@mail.example.com`. Unset: messages are laid into the folder `mail` of the data folder as .eml files.',
    ),
  RAPPORT_MAIL_FROM: z.email().optional().describe('Address that mail is sent from. Needed with SMTP_URL.'),
  RAPPORT_TRUST_PROXY: z
    .string()
    .refine(
      value => value.split(',').every(part => isNetwork(part.trim())),
      'addresses or networks such as 10.0.0.7 or 10.0.0.0/8, separated by commas',
    )
    .optional()
    .describe(
      'Addresses or networks of proxies whose X-Forwarded headers are believed, separated by commas.',
    ),
  RAPPORT_LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('How much is logged.'),
  RAPPORT_LOG_FORMAT: z
    .enum(['text', 'json'])
    .default('text')
    .describe('`json` writes one JSON object a line.'),
  RAPPORT_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(2)
    .max(200)
    .default(12)
    .describe('PostgreSQL connections for requests of this process.'),
  RAPPORT_JOB_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('Background jobs that run at once in this process.'),
  RAPPORT_API_RATE: z.coerce
    .number()
    .int()
    .min(1)
    .default(2000)
    .describe('Requests each API key or member may make in 10 seconds, to all processes together.'),
  RAPPORT_EVENT_RATE: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(600_000)
    .describe(
      'Events each write key may send in a minute, to all processes together, unless it has a quota of its own; what is more is asked to come back. With 0 there is no limit.',
    ),
  RAPPORT_METRICS_TOKEN: z
    .string()
    .regex(/^\S{16,200}$/, 'at least 16 characters without spaces')
    .optional()
    .describe(
      'Whoever sends it as `Authorization: Bearer` may read `/metrics`. Unset: they are shown on the machine itself only.',
    ),
  RAPPORT_IMPORT_MAX_MB: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1024)
    .describe('Largest file that can be imported, in megabytes.'),
  RAPPORT_IMPORT_KEEP_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe(
      'Days after which an imported file and its rejected rows are deleted; they hold personal data. What the import made stays.',
    ),
  RAPPORT_INSECURE_COOKIES: flag
    .default(false)
    .describe('Allows sign-in over plain HTTP on a host other than loopback. For closed test networks only.'),
})

export type Settings = z.output<typeof settings>

export interface Config {
  port: number
  host: string
  data: string
  database_url: string | undefined
  clickhouse_url: string | undefined
  secret: string | undefined
  role: Settings['RAPPORT_ROLE']
  role_prefix: string | undefined
  public_url: string | undefined
  smtp_url: string | undefined
  mail_from: string | undefined
  trust_proxy: string | undefined
  log_level: Settings['RAPPORT_LOG_LEVEL']
  log_format: Settings['RAPPORT_LOG_FORMAT']
  pool_size: number
  job_concurrency: number
  api_rate: number
  event_rate: number
  metrics_token: string | undefined
  import_max_bytes: number
  import_keep_days: number
  insecure_cookies: boolean
}

/** A setting that cannot be used: its message is the one line the person starting Rapport sees. */
export class ConfigError extends Error {}

const flags = { port: 'PORT', host: 'HOST', data: 'RAPPORT_DATA', role: 'RAPPORT_ROLE' } as const

function readFlags(args: string[]): Record<string, string> {
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        role: { type: 'string' },
      },
      strict: true,
      allowPositionals: false,
    })
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [flags[name as keyof typeof flags], value]),
    )
  } catch (error) {
    throw new ConfigError(
      `${error instanceof Error ? error.message : String(error)} Known options: --port, --host, --data, --role.`,
      { cause: error },
    )
  }
}

const present = (source: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''))

export function readConfig(
  args: string[] = [],
  environment: Record<string, string | undefined> = process.env,
  defaults: Record<string, string> = {},
): Config {
  const parsed = settings.safeParse({ ...defaults, ...present(environment), ...readFlags(args) })
  if (!parsed.success) {
    const first = parsed.error.issues[0]
    throw new ConfigError(
      `The setting ${String(first?.path[0])} cannot be used: ${first?.message ?? 'not valid'}.`,
    )
  }
  const read = parsed.data
  if (read.SMTP_URL !== undefined && read.RAPPORT_MAIL_FROM === undefined)
    throw new ConfigError('The setting SMTP_URL needs RAPPORT_MAIL_FROM, the address that mail is sent from.')
  return {
    port: read.PORT,
    host: read.HOST,
    data: read.RAPPORT_DATA,
    database_url: read.DATABASE_URL,
    clickhouse_url: read.CLICKHOUSE_URL,
    secret: read.RAPPORT_SECRET,
    role: read.RAPPORT_ROLE,
    role_prefix: read.RAPPORT_ROLE_PREFIX,
    public_url: read.RAPPORT_PUBLIC_URL?.replace(/\/$/, ''),
    smtp_url: read.SMTP_URL,
    mail_from: read.RAPPORT_MAIL_FROM,
    trust_proxy: read.RAPPORT_TRUST_PROXY,
    log_level: read.RAPPORT_LOG_LEVEL,
    log_format: read.RAPPORT_LOG_FORMAT,
    pool_size: read.RAPPORT_POOL_SIZE,
    job_concurrency: read.RAPPORT_JOB_CONCURRENCY,
    api_rate: read.RAPPORT_API_RATE,
    event_rate: read.RAPPORT_EVENT_RATE,
    metrics_token: read.RAPPORT_METRICS_TOKEN,
    import_max_bytes: read.RAPPORT_IMPORT_MAX_MB * 1024 * 1024,
    import_keep_days: read.RAPPORT_IMPORT_KEEP_DAYS,
    insecure_cookies: read.RAPPORT_INSECURE_COOKIES,
  }
}

/** The generated page docs/configuration.md. */
export function configurationPage(): string {
  const rows = Object.entries(settings.shape).map(([name, schema]) => {
    const fallback = settings.shape[name as keyof typeof settings.shape].safeParse(undefined)
    const value = fallback.success && fallback.data !== undefined ? `\`${String(fallback.data)}\`` : 'unset'
    return `| \`${name}\` | ${value} | ${schema.description ?? ''} |`
  })
  return `# Configuration

Settings are environment variables; some are options of \`npm start --\` too. A setting that cannot be used stops the start with one line that names it.
This page is generated from \`src/core/config.ts\` (\`npm run rapport -- docs write\`).

| setting | default | meaning |
|---|---|---|
${rows.join('\n')}
`
}
