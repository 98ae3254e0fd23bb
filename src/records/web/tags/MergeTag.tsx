import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../../core/web/i18n.ts'
import { useChange } from '../../../core/web/query.ts'
import { Dialog } from '../../../ui/Dialog.tsx'
import { showUndo } from '../../../ui/toast.tsx'
import type { CatalogueKind } from '../../catalogue.contract.ts'
import { mergeTag, type Tag } from '../../tags.contract.ts'
import { refreshTags, restore } from './refresh.ts'

interface MergeTagProps {
  kind: CatalogueKind
  tag: Tag
  tags: readonly Tag[]
  onClose: () => void
}

export function MergeTag({ kind, tag, tags, onClose }: MergeTagProps) {
  const [into, setInto] = useState<string | null>(null)
  const target = tags.find(one => one.id === into)
  const merge = useChange(mergeTag, {
    onDone: async () => {
      await refreshTags(kind)
      onClose()
      showUndo({
        message: t('records.tags.mergedInto', { tag: tag.name, other: target?.name ?? '' }),
        undo: () => restore(kind, tag.id),
      })
    },
  })
  return (
    <Dialog onClose={onClose} title={t('records.tags.mergeTitle', { tag: tag.name })}>
      <Stack gap="md">
        <Text size="sm">{t('records.tags.mergeText')}</Text>
        <Select
          label={t('records.tags.into')}
          data={tags.filter(one => one.id !== tag.id).map(one => ({ value: one.id, label: one.name }))}
          value={into}
          onChange={setInto}
          searchable
          data-autofocus
          nothingFoundMessage={t('ui.nothingFound')}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button
            disabled={into === null}
            loading={merge.pending}
            onClick={() =>
              merge.change({ params: { kind: kind.name, id: tag.id }, body: { into: into ?? '' } })
            }
          >
            {t('records.tags.merge')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
