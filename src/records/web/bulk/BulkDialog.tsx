import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { call } from '../../../core/web/call.ts'
import { formatNumber } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { Dialog } from '../../../ui/Dialog.tsx'
import { Progress } from '../../../ui/Progress.tsx'
import type { CatalogueField, CatalogueKind } from '../../catalogue.contract.ts'
import type { Kind } from '../../kind.contract.ts'
import { endpointsOf } from '../../records.contract.ts'
import { labelText, nameOf } from '../catalogue.ts'
import { FieldControl } from '../FieldControl.tsx'
import { inputFor, isEmpty, sentValue } from '../record.ts'
import type { Chosen } from './bulk.ts'
import { Refused } from './Refused.tsx'
import type { BulkAction } from './SelectionBar.tsx'
import { useBulk } from './use-bulk.ts'

interface BulkDialogProps {
  kind: Kind
  visible: CatalogueKind
  action: Exclude<BulkAction, 'tag'>
  chosen: Chosen
  count: number
  onClose: () => void
  onDone: () => void
}

/** One change of many records: which field and what value, or deleting; then how it went. */
export default function BulkDialog(props: BulkDialogProps) {
  const { kind, visible, action, count, onClose, onDone } = props
  const [key, setKey] = useState(action === 'owner' ? (kind.owner ?? null) : null)
  const [value, setValue] = useState<unknown>(null)
  const told = action === 'delete' ? 'deleted' : 'changed'
  const { run, stop, progress, refused } = useBulk(kind, props.chosen, told)
  const { changeMany, removeMany } = endpointsOf(kind)
  const field = visible.fields.find(one => one.key === key)
  const what = { n: formatNumber(count), kind: nameOf(kind, count) }
  const start = async () => {
    const values = field ? inputFor(field.key, sentValue(field, value)) : {}
    const outcome = await run(ids =>
      action === 'delete' ? call(removeMany, { body: { ids } }) : call(changeMany, { body: { ids, values } }),
    )
    // Asked again, what was done already is left as it is.
    if (outcome.failed !== undefined) return
    onDone()
    if (outcome.rejected.length === 0) onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void start()
  }
  const ready = action === 'delete' || field !== undefined
  return (
    <Dialog onClose={onClose} title={t(`records.bulk.title_${action}`, what)}>
      {refused ? (
        <Refused kind={kind} outcome={refused} onClose={onClose} />
      ) : (
        <form onSubmit={submit}>
          <Stack gap="md">
            {action === 'delete' ? (
              <Text>{t('records.bulk.deleteText')}</Text>
            ) : (
              <ValueInputs
                visible={visible}
                field={field}
                fixed={action === 'owner'}
                value={value}
                onField={next => {
                  setKey(next)
                  setValue(null)
                }}
                onValue={setValue}
              />
            )}
            {progress !== null && <Progress label={t('records.bulk.running')} value={progress} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={progress === null ? onClose : stop}>
                {t(progress === null ? 'ui.cancel' : 'records.bulk.stop')}
              </Button>
              <Button
                type="submit"
                color={action === 'delete' ? 'clay' : 'pine'}
                disabled={!ready}
                loading={progress !== null}
              >
                {t(`records.bulk.submit_${action}`, what)}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  )
}

interface ValueInputsProps {
  visible: CatalogueKind
  field: CatalogueField | undefined
  /** The field is given: only its value is asked for. */
  fixed: boolean
  value: unknown
  onField: (key: string | null) => void
  onValue: (value: unknown) => void
}

function ValueInputs({ visible, field, fixed, value, onField, onValue }: ValueInputsProps) {
  // A value that only one record may have cannot be given to many.
  const possible = visible.fields.filter(one => !one.read_only && !one.unique && one.key !== visible.title)
  return (
    <>
      {!fixed && (
        <Select
          label={t('records.bulk.field')}
          data={possible.map(one => ({ value: one.key, label: labelText(one.label) }))}
          value={field?.key ?? null}
          onChange={onField}
          searchable
          data-autofocus
          nothingFoundMessage={t('ui.nothingFound')}
        />
      )}
      {field && (
        <>
          <FieldControl key={field.key} field={field} value={value} onChange={onValue} />
          <Text size="sm" c="dimmed">
            {t(isEmpty(value) ? 'records.bulk.empties' : 'records.bulk.replaces', {
              field: labelText(field.label),
            })}
          </Text>
        </>
      )}
    </>
  )
}
