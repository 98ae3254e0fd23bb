import { Alert, Button, Group, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { FieldText, useFieldLabels } from '../../records/web/index.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { errorText } from '../../ui/errors.ts'
import { showDone } from '../../ui/toast.tsx'
import { DateTime } from '../../ui/values.tsx'
import type { CompanyUnmergeResult, MergeEdgeView, UnmergeResult } from '../merge.contract.ts'
import type { Mergeable } from './mergeable.ts'
import classes from './UnmergeDialog.module.css'
import { usePreview } from './use-preview.ts'

interface UnmergeDialogProps {
  mergeable: Mergeable
  id: string
  name: string
  merges: readonly MergeEdgeView[]
  onClose: () => void
}

/** Which merge to take apart, and what each of the two will be afterwards. */
export function UnmergeDialog({ mergeable, id, name, merges, onClose }: UnmergeDialogProps) {
  const kind = mergeable.kind.name
  const [merge, setMerge] = useState(merges[0]?.id ?? '')
  const input = { params: { id }, body: { merge_id: merge } }
  const preview = usePreview(
    mergeable.unmerge,
    merge ? { ...input, body: { ...input.body, dry_run: true } } : undefined,
  )
  const unmerge = useChange(mergeable.unmerge, {
    quiet: true,
    invalidates: mergeable.touched,
    onDone: () => {
      showDone(t(`customers.${kind}Unmerge.done`))
      onClose()
    },
  })
  return (
    <Dialog onClose={onClose} size="lg" title={t('customers.unmerge.title', { name })}>
      <Stack gap="md">
        <Radio.Group label={t(`customers.${kind}Unmerge.which`)} value={merge} onChange={setMerge}>
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
        {preview.data && <Outcome kind={kind} result={preview.data} name={name} />}
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
    </Dialog>
  )
}

function Outcome({
  kind,
  result,
  name,
}: {
  kind: string
  result: UnmergeResult | CompanyUnmergeResult
  name: string
}) {
  const labelOf = useFieldLabels(kind)
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
        <ul className={classes.changes}>
          {result.fields.map(({ field, before, after }) => (
            <li key={field}>
              <Text size="sm" component="span">
                {labelOf(field)}: <FieldText kind={kind} field={field} value={before} /> →{' '}
                {after === null ? (
                  t('customers.unmerge.empty')
                ) : (
                  <FieldText kind={kind} field={field} value={after} />
                )}
              </Text>
            </li>
          ))}
        </ul>
      )}
      <Text size="sm" fw={600}>
        {t(`customers.${kind}Unmerge.otherHas`)}
      </Text>
      <ul className={classes.changes}>
        {result.other_fields.map(({ field, value }) => (
          <li key={field}>
            <Text size="sm" component="span">
              {labelOf(field)}: <FieldText kind={kind} field={field} value={value} />
            </Text>
          </li>
        ))}
      </ul>
      <Text size="sm" c="dimmed">
        {'people' in result && `${t('customers.companyUnmerge.people', { count: result.people.other })} `}
        {t(`customers.${kind}Unmerge.identifiers`, { count: result.identifiers.other })}
      </Text>
    </Stack>
  )
}
