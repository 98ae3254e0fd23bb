import { useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { FormDialog } from '../../ui/Dialog.tsx'
import { showDone } from '../../ui/toast.tsx'
import type { CatalogueKind } from '../catalogue.contract.ts'
import type { Kind } from '../kind.contract.ts'
import { endpointsOf } from '../records.contract.ts'
import { labelText, nameOf } from './catalogue.ts'
import { FieldControl } from './FieldControl.tsx'
import { isEmpty, sentValue } from './record.ts'

interface NewRecordProps {
  kind: Kind
  visible: CatalogueKind
  /** Keys of the fields asked for, in this order. */
  fields: readonly string[]
  onClose: () => void
  onMade: (id: string) => void
}

export function NewRecord({ kind, visible, fields, onClose, onMade }: NewRecordProps) {
  const [values, setValues] = useState<Record<string, unknown>>({})
  const asked = fields.flatMap(key => visible.fields.filter(field => field.key === key && !field.read_only))
  const endpoints = endpointsOf(kind)
  const { change, pending, error } = useChange(endpoints.create, {
    quiet: true,
    invalidates: [endpoints.list, endpoints.count],
    onDone: made => {
      showDone(t('records.new.done', { kind: labelText(kind.label.one) }))
      onClose()
      onMade(made.id)
    },
  })
  const submit = () => {
    const given = asked.map(field => [field, sentValue(field, values[field.key])] as const)
    const filled = given.filter(([, value]) => !isEmpty(value))
    const own = filled.filter(([field]) => field.id === undefined).map(([field, value]) => [field.key, value])
    const custom = filled
      .filter(([field]) => field.id !== undefined)
      .map(([field, value]) => [field.key.slice('custom.'.length), value])
    const body = {
      ...Object.fromEntries(own),
      ...(custom.length > 0 ? { custom: Object.fromEntries(custom) } : {}),
    }
    change({ body: body as never })
  }
  const isElsewhere = !asked.some(field => fieldError(error, field.key))
  return (
    <FormDialog
      onClose={onClose}
      title={t('records.new.title', { kind: nameOf(kind, 1) })}
      submitLabel={t('records.new.create')}
      onSubmit={submit}
      pending={pending}
      error={isElsewhere ? error : undefined}
    >
      {asked.map((field, index) => (
        <FieldControl
          key={field.key}
          field={field}
          value={values[field.key]}
          onChange={value => setValues(now => ({ ...now, [field.key]: value }))}
          error={fieldError(error, field.key)}
          first={index === 0}
        />
      ))}
    </FormDialog>
  )
}
