import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createTransport } from 'nodemailer'
import type { Config } from './config.ts'

export interface Mail {
  /** The same for every attempt at one message, so that a mail server can tell a repeat. */
  id: string
  to: { name: string; address: string }
  subject: string
  text: string
}

export type MailTrouble = 'unreachable' | 'sign_in' | 'refused_address' | 'refused_message' | 'other'

/** A message that could not be handed over. Its text names nobody: what mail servers answer quotes addresses. */
export class MailError extends Error {
  readonly code: MailTrouble
  /** Trying again would not help. */
  readonly final: boolean
  constructor(code: MailTrouble, final: boolean) {
    super(`mail: ${code}`)
    this.code = code
    this.final = final
  }
}

/** Where messages lie when there is no mail server; undefined when there is one. */
export const mailFolder = (config: Pick<Config, 'smtp_url' | 'data'>): string | undefined =>
  config.smtp_url === undefined ? resolve(config.data, 'mail') : undefined

const keep_ms = 30 * 86_400_000
const hosts = new Set(['EDNS', 'ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'ETLS', 'EPROTOCOL', 'ECONNREFUSED'])

function troubleOf(error: unknown): MailError {
  const { code = '', responseCode = 0 } = error as { code?: string; responseCode?: number }
  const final = responseCode >= 500
  if (code === 'EAUTH' || code === 'ENOAUTH') return new MailError('sign_in', false)
  if (code === 'EENVELOPE') return new MailError('refused_address', final)
  if (code === 'EMESSAGE') return new MailError('refused_message', final)
  return new MailError(hosts.has(code) ? 'unreachable' : 'other', false)
}

const headersOf = (config: Config, mail: Mail) => {
  const from = config.mail_from ?? 'rapport@localhost'
  return {
    from: { name: 'Rapport', address: from },
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    messageId: `<${mail.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    // RFC 3834: no answering machine answers to it.
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

const guarded = { disableFileAccess: true, disableUrlAccess: true }

/** Hands a message to the mail server, or lays it into the folder; answers which folder. */
export async function deliver(config: Config, mail: Mail, now: Date): Promise<string | null> {
  const folder = mailFolder(config)
  if (folder !== undefined) return layDown(config, folder, mail, now)
  const transport = createTransport({
    url: config.smtp_url,
    ...guarded,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    dnsTimeout: 10_000,
  })
  try {
    await transport.sendMail(headersOf(config, mail))
  } catch (error) {
    throw troubleOf(error)
  } finally {
    transport.close()
  }
  return null
}

async function layDown(config: Config, folder: string, mail: Mail, now: Date): Promise<string> {
  const { message } = await createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    ...guarded,
  }).sendMail(headersOf(config, mail))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const name = `${now.toISOString().replaceAll(/[:.]/g, '-')} ${mail.id}.eml`
  await writeFile(join(folder, name), message, { mode: 0o600 })
  await clearOut(folder)
  return folder
}

/** Messages name people and carry links that have long expired by then. */
async function clearOut(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.eml')) continue
    const path = join(folder, name)
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > keep_ms) await rm(path, { force: true })
  }
}
