import { ApiError } from '../core/web/api-error.ts'
import { t, tell, tKnown } from '../core/web/i18n.ts'

/** What to tell a person about an error: what happened and what to do, never the machine's words. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('ui.error.unknown')
  if (error.status === 0) return t('ui.error.unreachable')
  if (error.sentence) return tell(error.sentence, error.detail ?? '')
  // A kind of problem that has no sentence of its own is known here in the reader's language.
  const told = tKnown(`ui.problem.${error.code}`, error.detail ?? '')
  if (told) return told
  if (error.errors.length) return error.errors.map(one => tell(one.sentence, one.message)).join(' ')
  if (error.status === 403) return t('ui.error.forbidden')
  if (error.status === 404) return t('ui.error.notFound')
  if (error.status === 409) return t('ui.error.conflict')
  if (error.status === 429) return t('ui.error.tooMany')
  if (error.status >= 500) return t('ui.error.server')
  return t('ui.error.unknown')
}
