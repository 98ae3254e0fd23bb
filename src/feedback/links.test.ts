import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { newId } from '../core/id.ts'
import { secretsFrom } from '../core/secrets.ts'
import { type Link, linkToken, readToken } from './links.ts'

const secrets = secretsFrom('a secret of this test, and of nothing else')
const now = new Date('2026-03-02T09:00:00Z')
const link: Link = {
  purpose: 'invitation',
  workspace_id: newId(),
  id: newId(),
  expires_at: new Date('2026-03-03T09:00:00Z'),
}

it('a link is read as it was made', () => {
  expect(readToken(secrets, linkToken(secrets, link), now)).toEqual(link)
  const open: Link = { purpose: 'survey', workspace_id: newId(), id: newId() }
  expect(readToken(secrets, linkToken(secrets, open), new Date('2126-01-01'))).toEqual(open)
})

it('a link ends on time', () => {
  expect(readToken(secrets, linkToken(secrets, link), new Date('2026-03-03T09:00:00Z'))).toBeUndefined()
})

it('a link of one purpose is none of another', () => {
  const token = linkToken(secrets, link)
  expect(readToken(secrets, token.replace(/^i/, 's'), now)).toBeUndefined()
  expect(readToken(secretsFrom('another installation has another secret'), token, now)).toBeUndefined()
})

it('no altered link is read, wherever it is altered', () => {
  const token = linkToken(secrets, link)
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.string({ maxLength: 2 }), (at, put) => {
      const altered = token.slice(0, at) + put + token.slice(at + 1)
      fc.pre(altered !== token)
      expect(readToken(secrets, altered, now)).toBeUndefined()
    }),
  )
  fc.assert(
    fc.property(fc.string(), text => {
      expect(readToken(secrets, text, now)).toBeUndefined()
    }),
  )
})
