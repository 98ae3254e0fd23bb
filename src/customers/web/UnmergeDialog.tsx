import { Alert, Button, Group, Modal, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { errorText } from '../../ui/errors.ts'
import { showDone } from '../../ui/toast.tsx'
import { DateTime } from '../../ui/values.tsx'
import { type MergeEdgeView, type UnmergeResult, unmergePeople } from '../merge.contract.ts'
import { fieldLabel, ShownValue } from './field-label.tsx'
import { touchedByMerge } from './MergeDialog.tsx'
import { usePreview } from './use-preview.ts'

interface UnmergeDialogProps {
  id: string
  name: string
  merges: readonly MergeEdgeView[]
  onClose: () => void
}

/** Which merge to take apart, and what each of the two will be afterwards. */
export function UnmergeDialog({ id, name, merges, onClose }: UnmergeDialogProps) {
  const [merge, setMerge] = useState(merges[0]?.id ?? '')
  const input = { params: { id }, body: { merge_id: merge } }
  const preview = usePreview(
    unmergePeople,
    merge ? { ...input, body: { ...input.body, dry_run: true } } : undefined,
  )
  const unmerge = useChange(unmergePeople, {
    quiet: true,
    invalidates: touchedByMerge,
    onDone: () => {
      showDone(t('customers.unmerge.done'))
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} size="lg" title={t('customers.unmerge.title', { name })}>
      <Stack gap="md">
        <Radio.Group label={t('customers.unmerge.which')} value={merge} onChange={setMerge}>
          <Stack gap="xs" mt="xs">
            {merges.map(one => (
              <Radio
                key={one.id}
                value={one.id}
                label={one.loser_name ?? t('customers.nameless')}
                description={<DateTime at={one.opened_at} />}
              />
            ))}
          </Stack>
        </Radio.Group>
        {preview.data && <Outcome result={preview.data} name={name} />}
        {preview.error && <ErrorState compact error={preview.error} />}
        {unmerge.error && (
          <Alert color="clay" role="alert">
            {errorText(unmerge.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button disabled={!preview.data} loading={unmerge.pending} onClick={() => unmerge.change(input)}>
            {t('customers.unmerge.confirm')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Outcome({ result, name }: { result: UnmergeResult; name: string }) {
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {t('customers.unmerge.changesOf', { name })}
      </Text>
      {result.fields.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('customers.unmerge.unchanged')}
        </Text>
      ) : (
        <ul>
          {result.fields.map(({ field, before, after }) => (
            <li key={field}>
              <Text size="sm" component="span">
                {fieldLabel(field)}: <ShownValue field={field} value={before} /> →{' '}
                <ShownValue field={field} value={after} />
              </Text>
            </li>
          ))}
        </ul>
      )}
      <Text size="sm" fw={600}>
        {t('customers.unmerge.otherHas')}
      </Text>
      <ul>
        {result.other_fields.map(({ field, value }) => (
          <li key={field}>
            <Text size="sm" component="span">
              {fieldLabel(field)}: <ShownValue field={field} value={value} />
            </Text>
          </li>
        ))}
      </ul>
      <Text size="sm" c="dimmed">
        {t('customers.unmerge.identifiers', { count: result.identifiers.other })}
      </Text>
    </Stack>
  )
}
