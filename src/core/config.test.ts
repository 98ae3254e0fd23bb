import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ConfigError, configurationPage, readConfig } from './config.ts'

test('an option wins over the environment, which wins over the default', () => {
  expect(readConfig([], {}).port).toBe(3000)
  expect(readConfig([], { PORT: '4000' }).port).toBe(4000)
  expect(readConfig(['--port', '5000'], { PORT: '4000' }).port).toBe(5000)
})

test('an empty variable counts as unset', () => {
  expect(readConfig([], { DATABASE_URL: '', PORT: '' })).toMatchObject({
    database_url: undefined,
    port: 3000,
  })
})

test.each([
  [{ PORT: 'eighty' }, 'PORT'],
  [{ PORT: '70000' }, 'PORT'],
  [{ DATABASE_URL: 'mysql://127.0.0.1/x' }, 'DATABASE_URL'],
  [{ RAPPORT_ROLE: 'everything' }, 'RAPPORT_ROLE'],
  [{ RAPPORT_SECRET: 'short' }, 'RAPPORT_SECRET'],
  [{ CLICKHOUSE_URL: 'clickhouse://127.0.0.1' }, 'CLICKHOUSE_URL'],
  [{ RAPPORT_ROLE_PREFIX: 'Not a name' }, 'RAPPORT_ROLE_PREFIX'],
  [{ RAPPORT_PUBLIC_URL: 'crm.example.com' }, 'RAPPORT_PUBLIC_URL'],
  [{ RAPPORT_TRUST_PROXY: 'true' }, 'RAPPORT_TRUST_PROXY'],
  [{ RAPPORT_TRUST_PROXY: '10.0.0.1, 10.0.0.0/33' }, 'RAPPORT_TRUST_PROXY'],
  [{ RAPPORT_LOG_LEVEL: 'loud' }, 'RAPPORT_LOG_LEVEL'],
  [{ RAPPORT_LOG_FORMAT: 'xml' }, 'RAPPORT_LOG_FORMAT'],
  [{ RAPPORT_POOL_SIZE: '1' }, 'RAPPORT_POOL_SIZE'],
  [{ RAPPORT_JOB_CONCURRENCY: '0' }, 'RAPPORT_JOB_CONCURRENCY'],
  [{ RAPPORT_API_RATE: '-1' }, 'RAPPORT_API_RATE'],
  [{ RAPPORT_EVENT_RATE: 'many' }, 'RAPPORT_EVENT_RATE'],
  [{ RAPPORT_METRICS_TOKEN: 'short' }, 'RAPPORT_METRICS_TOKEN'],
  [{ RAPPORT_IMPORT_MAX_MB: '0.5' }, 'RAPPORT_IMPORT_MAX_MB'],
  [{ RAPPORT_IMPORT_KEEP_DAYS: '0' }, 'RAPPORT_IMPORT_KEEP_DAYS'],
  [{ RAPPORT_INSECURE_COOKIES: 'maybe' }, 'RAPPORT_INSECURE_COOKIES'],
])('a setting that cannot be used is named in one line: %o', (environment, name) => {
  const attempt = () => readConfig([], environment)
  expect(attempt).toThrow(ConfigError)
  expect(attempt).toThrow(name)
  try {
    attempt()
  } catch (error) {
    expect(String(error)).not.toContain('\n')
  }
})

test.each(['127.0.0.1', '::1, 10.0.0.0/8', 'loopback,uniquelocal', 'fd00::/8'])(
  'proxies are addresses, networks or names of some: %s',
  value => {
    expect(readConfig([], { RAPPORT_TRUST_PROXY: value }).trust_proxy).toBe(value)
  },
)

test('an unknown option is refused with the known ones', () => {
  expect(() => readConfig(['--prot', '1'], {})).toThrow('--port')
})

test('the page on configuration is the one generated from the settings', () => {
  expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configurationPage())
})
