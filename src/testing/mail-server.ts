import { SMTPServer } from 'smtp-server'

export interface Received {
  to: string[]
  from: string
  subject: string
  text: string
  headers: string
}

export interface MailServer {
  url: string
  received: Received[]
  /** What it answers to the next messages, 0 to take them. */
  refuse(code: number, times?: number): void
  /** Waits for a message to this address. */
  next(to: string): Promise<Received>
  close(): Promise<void>
}

const unquoted = (text: string) =>
  Buffer.from(
    text
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([\dA-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

export function readMail(raw: string): Pick<Received, 'headers' | 'subject' | 'text'> {
  const split = raw.search(/\r?\n\r?\n/)
  const headers = raw.slice(0, split).replaceAll(/\r?\n[ \t]+/g, ' ')
  const body = raw.slice(split).trim()
  const isQuoted = /content-transfer-encoding: quoted-printable/i.test(headers)
  return {
    headers,
    subject: /^subject: (.*)$/im.exec(headers)?.[1] ?? '',
    text: isQuoted ? unquoted(body) : body,
  }
}

/** A mail server that speaks real SMTP, demands a password and keeps what it is given. */
export async function startMailServer(): Promise<MailServer> {
  const received: Received[] = []
  let refusing = { code: 0, times: 0 }
  const server = new SMTPServer({
    logger: false,
    disabledCommands: ['STARTTLS'],
    authMethods: ['PLAIN'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'rapport' && password === 'of the tests'
        ? done(null, { user: username })
        : done(new Error('wrong password')),
    onRcptTo(_address, _session, done) {
      if (refusing.times === 0) return done()
      refusing.times--
      done(Object.assign(new Error('not here'), { responseCode: refusing.code }))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          ...readMail(Buffer.concat(chunks).toString('utf8')),
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(one => one.address),
        })
        done()
      })
    },
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `smtp://rapport:of%20the%20tests@127.0.0.1:${port}`,
    received,
    refuse(code, times = 1) {
      refusing = { code, times }
    },
    async next(to) {
      for (let turn = 0; turn < 400; turn++) {
        const at = received.findIndex(one => one.to.includes(to))
        if (at >= 0) return received.splice(at, 1)[0] as Received
        await new Promise(resolve => setTimeout(resolve, 25))
      }
      throw new Error(`no message came for ${to}`)
    },
    close: () => new Promise(resolve => server.close(() => resolve())),
  }
}
