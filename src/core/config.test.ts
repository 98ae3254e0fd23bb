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

test('an unknown option is refused with the known ones', () => {
  expect(() => readConfig(['--prot', '1'], {})).toThrow('--port')
})

test('the page on configuration is the one generated from the settings', () => {
  expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configurationPage())
})
