import { expect, test } from 'vitest'
import { createLog } from './log.ts'

const capture = () => {
  const lines: string[] = []
  return { lines, log: createLog({ level: 'debug', format: 'json', write: line => lines.push(line) }) }
}

test('only fields of the allow-list are written', () => {
  const { lines, log } = capture()
  log.info({ job: 'import.run', email: 'canary@example.com', body: { name: 'canary' } }, 'done')
  expect(lines[0]).toContain('import.run')
  expect(lines.join()).not.toContain('canary')
})

test('an error is logged by its code and place, never by its message', () => {
  const { lines, log } = capture()
  const error = Object.assign(new Error('Key (email)=(canary@example.com) already exists'), { code: '23505' })
  log.error({ error }, 'failed')
  expect(lines[0]).toContain('23505')
  expect(lines[0]).toContain('log.test')
  expect(lines.join()).not.toContain('canary')
})

test('a message of several lines is not taken for a place', () => {
  const { lines, log } = capture()
  log.error({ error: new Error('invalid input: "\n    at the home of canary@example.com\n"') }, 'failed')
  expect(lines[0]).toContain('log.test')
  expect(lines.join()).not.toContain('canary')
})

test('the text form keeps to one line an entry', () => {
  const lines: string[] = []
  const log = createLog({ level: 'info', format: 'text', write: line => lines.push(line) })
  log.warn({ status: 500 }, 'a request failed')
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}a request failed {2}status=500\n$/)
})
