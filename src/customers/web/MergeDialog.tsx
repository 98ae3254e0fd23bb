import { Alert, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { IconArrowsLeftRight, IconInfoCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { call } from '../../core/web/call.ts'
import { t } from '../../core/web/i18n.ts'
import { invalidate, useChange, useEndpoint } from '../../core/web/query.ts'
import { RecordPicker, titleOf } from '../../records/web/index.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { errorText } from '../../ui/errors.ts'
import { showUndo } from '../../ui/toast.tsx'
import { MergePreview } from './MergePreview.tsx'
import type { Mergeable } from './mergeable.ts'
import { usePreview } from './use-preview.ts'

interface MergeDialogProps {
  mergeable: Mergeable
  id: string
  name: string
  /** Chosen beforehand, from a review. */
  other?: string
  onClose: () => void
  onMerged: (id: string) => void
}

/** Merging with everything shown first: who stays, whose value stays, and that it can be taken apart again. */
export function MergeDialog({ mergeable, id, name, other: chosen, onClose, onMerged }: MergeDialogProps) {
  const [other, setOther] = useState<string | null>(chosen ?? null)
  const [swapped, setSwapped] = useState(false)
  const [keep, setKeep] = useState<Record<string, 'this' | 'other'>>({})
  const [stays, goes] = swapped ? [other, id] : [id, other]
  const kind = mergeable.kind.name
  const otherOne = useEndpoint(mergeable.get, { params: { id: other ?? '' } }, { enabled: other !== null })
  const preview = usePreview(
    mergeable.merge,
    stays !== null && goes !== null && stays !== goes
      ? { params: { id: stays }, body: { other_id: goes, dry_run: true, keep } }
      : undefined,
  )
  const merge = useChange(mergeable.merge, {
    quiet: true,
    invalidates: mergeable.touched,
    onDone: reply => {
      onClose()
      onMerged(reply.id)
      showUndo({
        message: t(`customers.${kind}Merge.done`),
        undo: async () => {
          await call(mergeable.unmerge, {
            params: { id: reply.id },
            body: { merge_id: reply.merge_id ?? '' },
          })
          await invalidate(mergeable.touched)
        },
      })
    },
  })
  const names = { this: name, other: otherOne.data ? titleOf(mergeable.kind, otherOne.data) : '…' }
  const submit = () => {
    if (stays !== null && goes !== null)
      merge.change({ params: { id: stays }, body: { other_id: goes, keep } })
  }
  return (
    <Dialog onClose={onClose} size="lg" title={t('customers.merge.title', { name })}>
      <Stack gap="md">
        {chosen === undefined && (
          <RecordPicker
            kind={kind}
            label={t(`customers.${kind}Merge.other`)}
            visibleLabel
            takesFocus
            value={other}
            onChange={next => {
              setOther(next)
              setKeep({})
            }}
          />
        )}
        {other === id && <Alert color="clay">{t(`customers.${kind}Merge.same`)}</Alert>}
        {other !== null && other !== id && (
          <StaysChoice
            label={t(`customers.${kind}Merge.stays`)}
            names={names}
            swapped={swapped}
            onSwap={next => {
              setSwapped(next)
              setKeep({})
            }}
          />
        )}
        {preview.data && 'kept_apart' in preview.data && preview.data.kept_apart && (
          <Alert color="amber" icon={<IconInfoCircle size={18} />}>
            {t('customers.merge.keptApart')}
          </Alert>
        )}
        {preview.data && (
          <MergePreview
            kind={kind}
            fields={preview.data.fields}
            names={swapped ? { this: names.other, other: names.this } : names}
            keep={keep}
            onKeep={(field, side) => setKeep(now => ({ ...now, [field]: side }))}
          />
        )}
        {preview.data && (
          <Text size="sm" c="dimmed">
            {'people' in preview.data &&
              `${t('customers.companyMerge.people', { count: preview.data.people.other, name: swapped ? names.this : names.other })} `}
            {t('customers.merge.identifiers', {
              count: preview.data.identifiers.this + preview.data.identifiers.other,
            })}
          </Text>
        )}
        {preview.error && other !== id && <ErrorState compact error={preview.error} />}
        {merge.error && (
          <Alert color="clay" role="alert">
            {errorText(merge.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button disabled={!preview.data} loading={merge.pending} onClick={submit}>
            {t('customers.merge.confirm')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

interface StaysChoiceProps {
  label: string
  names: { this: string; other: string }
  swapped: boolean
  onSwap: (swapped: boolean) => void
}

function StaysChoice({ label, names, swapped, onSwap }: StaysChoiceProps) {
  return (
    <div>
      <Group gap="xs" mb={4}>
        <IconArrowsLeftRight size={16} aria-hidden />
        <Text size="sm" id="merge-stays">
          {label}
        </Text>
      </Group>
      <SegmentedControl
        fullWidth
        aria-labelledby="merge-stays"
        value={swapped ? 'other' : 'this'}
        onChange={value => onSwap(value === 'other')}
        data={[
          { value: 'this', label: names.this },
          { value: 'other', label: names.other },
        ]}
      />
    </div>
  )
}
