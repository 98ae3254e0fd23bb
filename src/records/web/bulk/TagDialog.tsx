import { Button, Group, Stack, TagsInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { call } from '../../../core/web/call.ts'
import { formatNumber } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { invalidate } from '../../../core/web/query.ts'
import { Dialog } from '../../../ui/Dialog.tsx'
import { Progress } from '../../../ui/Progress.tsx'
import { listKinds } from '../../fields.contract.ts'
import type { Kind } from '../../kind.contract.ts'
import { endpointsOf } from '../../records.contract.ts'
import { listTags } from '../../tags.contract.ts'
import { nameOf } from '../catalogue.ts'
import { useTags } from '../tags/use-tags.ts'
import type { Chosen } from './bulk.ts'
import { Refused } from './Refused.tsx'
import { useBulk } from './use-bulk.ts'

interface TagDialogProps {
  kind: Kind
  chosen: Chosen
  count: number
  onClose: () => void
  onDone: () => void
}

/** Tags added to many and taken away from many; what each has beside them stays. */
export default function TagDialog({ kind, chosen, count, onClose, onDone }: TagDialogProps) {
  const [add, setAdd] = useState<string[]>([])
  const [remove, setRemove] = useState<string[]>([])
  const { names } = useTags(kind.name)
  const { run, stop, progress, refused } = useBulk(kind, chosen, 'changed')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const outcome = await run(ids => call(endpointsOf(kind).tagMany, { body: { ids, add, remove } }))
    await invalidate([listKinds, listTags])
    if (outcome.failed !== undefined) return
    onDone()
    if (outcome.rejected.length === 0) onClose()
  }
  const what = { n: formatNumber(count), kind: nameOf(kind, count) }
  const inputs = { data: names, maxTags: 20, maxLength: 60, acceptValueOnBlur: true }
  return (
    <Dialog onClose={onClose} title={t('records.bulk.title_tag', what)}>
      {refused ? (
        <Refused kind={kind} outcome={refused} onClose={onClose} />
      ) : (
        <form onSubmit={event => void submit(event)}>
          <Stack gap="md">
            <TagsInput
              {...inputs}
              label={t('records.tags.add')}
              placeholder={t('records.tags.type')}
              value={add}
              onChange={setAdd}
              data-autofocus
            />
            <TagsInput {...inputs} label={t('records.tags.remove')} value={remove} onChange={setRemove} />
            {progress !== null && <Progress label={t('records.bulk.running')} value={progress} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={progress === null ? onClose : stop}>
                {t(progress === null ? 'ui.cancel' : 'records.bulk.stop')}
              </Button>
              <Button type="submit" disabled={add.length + remove.length === 0} loading={progress !== null}>
                {t('records.bulk.submit_edit', what)}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  )
}
