import { t } from '../../core/web/i18n.ts'
import { findKind } from '../../records/kind.contract.ts'
import { FieldText, MergeTold, useFieldLabels } from '../../records/web/index.ts'
import type { Changed } from './groups.ts'
import classes from './Timeline.module.css'

export function ChangedFields({ fields, kind }: { fields: Changed['fields']; kind: string }) {
  const labelOf = useFieldLabels(kind)
  const into = findKind(kind)?.merge?.into
  return (
    <ul className={classes.fields}>
      {fields.map(({ field, before, after }) => (
        <li key={field}>
          {field === into ? (
            <MergeTold kind={kind} before={before} after={after} />
          ) : (
            <>
              {labelOf(field)}:{' '}
              {isSet(before) && (
                <del>
                  <FieldText kind={kind} field={field} value={before} />
                </del>
              )}{' '}
              {isSet(after) ? (
                <FieldText kind={kind} field={field} value={after} />
              ) : (
                t('timeline.change.empty')
              )}
            </>
          )}
        </li>
      ))}
    </ul>
  )
}

const isSet = (value: unknown): boolean => value !== null && value !== undefined && value !== ''
