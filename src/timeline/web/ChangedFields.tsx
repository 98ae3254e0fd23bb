import { t } from '../../core/web/i18n.ts'
import { companyKind, personKind } from '../../customers/customers.contract.ts'
import type { Changed } from './groups.ts'
import classes from './Timeline.module.css'

export function ChangedFields({ fields, kind }: { fields: Changed['fields']; kind: string }) {
  const described = kind === 'company' ? companyKind : personKind
  const labelOf = (key: string): string =>
    described.fields.find(field => field.key === key)?.label.en ?? key.replace(/^custom\./, '')
  return (
    <ul className={classes.fields}>
      {fields.map(({ field, before, after }) => (
        <li key={field}>
          {labelOf(field)}: {isSet(before) && <del>{shown(before)}</del>}{' '}
          {isSet(after) ? shown(after) : t('timeline.change.empty')}
        </li>
      ))}
    </ul>
  )
}

const isSet = (value: unknown): boolean => value !== null && value !== undefined && value !== ''

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
