import { expect, test } from 'vitest'
import { contactKind } from '../../../testing/records-cast.ts'
import { runBulk } from './bulk.ts'

const ids = Array.from({ length: 450 }, (_, index) => String(index))
const reply = (part: readonly string[]) => ({
  request_id: `of ${part.length}`,
  outcomes: part.map(id => ({ id, status: 'updated' as const })),
})
const watch = (signal = new AbortController().signal) => ({ signal, onProgress: () => undefined })

test('what was done before a part fails is told, with the reason, and can be undone', async () => {
  const away = new Error('the line is broken')
  let parts = 0
  const outcome = await runBulk(
    contactKind,
    { ids },
    async part => {
      if (++parts === 3) throw away
      return reply(part)
    },
    watch(),
  )
  expect(outcome).toEqual({
    done: 400,
    rejected: [],
    requests: ['of 200', 'of 200'],
    stopped: false,
    failed: away,
  })
})

test('stopped in the middle, the part under way is finished and no other begins', async () => {
  const stopping = new AbortController()
  const outcome = await runBulk(
    contactKind,
    { ids },
    async part => {
      stopping.abort()
      return reply(part)
    },
    watch(stopping.signal),
  )
  expect(outcome).toMatchObject({ done: 200, requests: ['of 200'], stopped: true })
  expect(outcome.failed).toBeUndefined()
})
