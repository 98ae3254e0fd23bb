import type { Kysely } from 'kysely'
import type { Language } from '../core/languages.contract.ts'
import type { Tables } from '../core/tables.ts'
import type { NoticeKind } from './notices.contract.ts'

/** Whom a message is for, and how he reads it. */
export interface Reader {
  name: string
  email: string
  language: Language
  time_zone: string
  muted: readonly NoticeKind[]
}

/** What he has not set is as in the workspace; without one, English and the world's clock. */
export async function findReader(
  db: Kysely<Tables>,
  { account_id, workspace_id }: { account_id: string; workspace_id: string | null },
): Promise<Reader | undefined> {
  const row = await db
    .selectFrom('account as a')
    .leftJoin('workspace as w', join => join.on('w.id', '=', workspace_id))
    .select(['a.name', 'a.email', 'a.language', 'a.time_zone', 'a.muted'])
    .select(['w.locale', 'w.time_zone as workspace_zone'])
    .where('a.id', '=', account_id)
    .$narrowType<{ language: Language | null; muted: NoticeKind[] }>()
    .executeTakeFirst()
  if (!row) return undefined
  const { name, email, muted } = row
  return {
    name,
    email,
    muted,
    language: row.language ?? (row.locale?.split('-')[0] === 'de' ? 'de' : 'en'),
    time_zone: row.time_zone ?? row.workspace_zone ?? 'UTC',
  }
}

type Reading = Pick<Reader, 'language' | 'time_zone'>

const form = { en: 'en-GB', de: 'de-DE' }

/** An instant as the reader's clock and language have it. */
export const instantFor = ({ language, time_zone }: Reading, at: Date): string =>
  new Intl.DateTimeFormat(form[language], {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: time_zone,
  }).format(at)

export const numberFor = ({ language }: Pick<Reader, 'language'>, value: number): string =>
  new Intl.NumberFormat(form[language]).format(value)
