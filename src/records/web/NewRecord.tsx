import { Alert, Button, Group, Modal, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { errorText } from '../../ui/errors.ts'
import { showDone } from '../../ui/toast.tsx'
import type { CatalogueField, CatalogueKind } from '../catalogue.contract.ts'
import type { Kind } from '../kind.contract.ts'
import { endpointsOf } from '../records.contract.ts'
import { labelText, nameOf } from './catalogue.ts'
import { FieldControl } from './FieldControl.tsx'

interface NewRecordProps {
  kind: Kind
  visible: CatalogueKind
  /** Keys of the fields asked for, in this order. */
  fields: readonly string[]
  onClose: () => void
  onMade: (id: string) => void
}

/** Empty inputs are not sent; a local time is an instant. */
function sent(field: CatalogueField, value: unknown): unknown {
  if (value === '' || value === null || (Array.isArray(value) && value.length === 0)) return undefined
  return field.type === 'date_time' && typeof value === 'string' ? new Date(value).toISOString() : value
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
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const given = asked.map(field => [field, sent(field, values[field.key])] as const)
    const filled = given.filter(([, value]) => value !== undefined)
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
  const shown = new Set(asked.map(field => field.key))
  const elsewhere = error && !asked.some(field => fieldError(error, field.key))
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('records.new.title', { kind: nameOf(kind, 1) })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
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
          {elsewhere && shown.size > 0 && (
            <Alert color="clay" role="alert">
              {errorText(error)}
            </Alert>
          )}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={pending}>
              {t('records.new.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
