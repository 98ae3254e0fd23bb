import { isUuid } from '../core/id.ts'
import type { Secrets } from '../core/secrets.ts'

// The address of a survey page: purpose.version.workspace.id.expiry.mac, with no personal data in it. `survey` is
// the open link, the same for everybody, and does not expire by itself; `invitation` is one person's;
// `submission` is no address but the mark of one sending of the form.

export type Purpose = 'survey' | 'invitation' | 'submission'

export interface Link {
  purpose: Purpose
  workspace_id: string
  id: string
  /** undefined: ends only with the survey */
  expires_at?: Date
}

const letters: Record<Purpose, string> = { survey: 's', invitation: 'i', submission: 'a' }
const purposes = new Map(Object.entries(letters).map(([purpose, letter]) => [letter, purpose as Purpose]))

const short = (uuid: string): string => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url')

function long(text: string): string | undefined {
  const hex = Buffer.from(text, 'base64url').toString('hex')
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return isUuid(uuid) && short(uuid) === text ? uuid : undefined
}

const keyOf = (purpose: Purpose) => `feedback.${purpose}-link`

export function linkToken(secrets: Secrets, link: Link): string {
  const expiry = link.expires_at ? Math.floor(link.expires_at.getTime() / 1000).toString(36) : '0'
  const body = [letters[link.purpose], '1', short(link.workspace_id), short(link.id), expiry].join('.')
  return `${body}.${secrets.mac(keyOf(link.purpose), body)}`
}

/** undefined for whatever we did not make, was altered, or has expired: all the same to the caller. */
export function readToken(secrets: Secrets, token: string, now: Date): Link | undefined {
  if (token.length > 200) return undefined
  const parts = token.split('.')
  const [letter = '', version, workspace = '', target = '', expiry = '', mac = ''] = parts
  const purpose = purposes.get(letter)
  if (parts.length !== 6 || !purpose || version !== '1') return undefined
  if (!secrets.verify(keyOf(purpose), parts.slice(0, 5).join('.'), mac)) return undefined
  const workspace_id = long(workspace)
  const id = long(target)
  if (!workspace_id || !id) return undefined
  if (expiry === '0') return { purpose, workspace_id, id }
  const expires_at = new Date(Number.parseInt(expiry, 36) * 1000)
  return expires_at > now ? { purpose, workspace_id, id, expires_at } : undefined
}
