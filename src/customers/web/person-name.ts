import { t } from '../../core/web/i18n.ts'

/** What somebody is called when there is no name yet. */
export function personName(person: object): string {
  const values = person as Record<string, unknown>
  const known = ['name', 'email', 'phone', 'external_id']
    .map(key => values[key])
    .find(one => typeof one === 'string' && one !== '')
  return typeof known === 'string' ? known : t('customers.nameless')
}
