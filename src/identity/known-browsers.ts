import { type Kysely, sql } from 'kysely'
import type { Input } from '../core/area.ts'
import type { Endpoint } from '../core/endpoint.ts'
import { newId } from '../core/id.ts'
import type { Machine } from '../core/machine.ts'
import type { Tables } from '../core/tables.ts'
import { postMail } from './post-mail.ts'
import { browserCookieFor } from './sessions.ts'
import { digestOf, newToken } from './tokens.ts'

/** As long as browsers keep a cookie at most. */
const remembered_s = 400 * 86_400
/** Private windows are a new browser each time. */
const browsersMax = 100

/** After somebody has signed in. Of a browser that is new to the account it is told by mail; of its very first it is not. */
export async function noteBrowser(
  machine: Machine,
  { request, reply }: Pick<Input<Endpoint>, 'request' | 'reply'>,
  account_id: string,
): Promise<void> {
  const cookie = browserCookieFor(request.host)
  const given = request.cookie(cookie)
  const token = given !== undefined && /^[\w-]{20,200}$/.test(given) ? given : newToken()
  const { user_agent } = request
  await machine.auth(async db => {
    const seen = { account_id, digest: digestOf(token), user_agent, last_seen_at: machine.clock.now() }
    const id = await addBrowser(db, seen)
    if (id === undefined) return
    const { others } = await db
      .selectFrom('known_browser')
      .select(sql<boolean>`count(*) > 0`.as('others'))
      .where('account_id', '=', account_id)
      .where('id', '<>', id)
      .executeTakeFirstOrThrow()
    if (others) await postMail(machine, db, { purpose: 'new_sign_in', account_id, event: id })
    await forgetOld(db, account_id, seen.last_seen_at)
  })
  reply.setCookie(cookie, token, { max_age_s: remembered_s })
}

interface Seen {
  account_id: string
  digest: Buffer
  user_agent: string
  last_seen_at: Date
}

/** The id of one that was not known; undefined where it was. */
async function addBrowser(db: Kysely<Tables>, seen: Seen): Promise<string | undefined> {
  const id = newId(seen.last_seen_at.getTime())
  const { user_agent, last_seen_at } = seen
  const row = await db
    .insertInto('known_browser')
    .values({ id, ...seen, first_seen_at: last_seen_at })
    .onConflict(known => known.columns(['account_id', 'digest']).doUpdateSet({ user_agent, last_seen_at }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id === id ? id : undefined
}

async function forgetOld(db: Kysely<Tables>, account_id: string, now: Date): Promise<void> {
  const newest = db
    .selectFrom('known_browser')
    .select('id')
    .where('account_id', '=', account_id)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(browsersMax)
  await db
    .deleteFrom('known_browser')
    .where('account_id', '=', account_id)
    .where(eb =>
      eb.or([
        eb('last_seen_at', '<', new Date(now.getTime() - remembered_s * 1000)),
        eb('id', 'not in', newest),
      ]),
    )
    .execute()
}
