import { t } from '../../core/web/i18n.ts'
import { browserParts } from '../browser.contract.ts'

/** `Firefox on Linux` */
export function browserOf(userAgent: string): string {
  const { browser, system } = browserParts(userAgent)
  if (browser && system) return t('identity.session.browserOn', { browser, system })
  return browser ?? system ?? (userAgent.slice(0, 60) || t('identity.session.unknown'))
}
