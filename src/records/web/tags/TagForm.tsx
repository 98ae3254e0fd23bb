import { Group, Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../../core/web/i18n.ts'
import { useChange } from '../../../core/web/query.ts'
import { FormDialog } from '../../../ui/Dialog.tsx'
import { showDone } from '../../../ui/toast.tsx'
import type { CatalogueKind } from '../../catalogue.contract.ts'
import { tagColourNames } from '../../tag-colours.contract.ts'
import { type Tag, updateTag } from '../../tags.contract.ts'
import { refreshTags } from './refresh.ts'
import { TagChip } from './TagChip.tsx'

export function TagForm({ kind, tag, onClose }: { kind: CatalogueKind; tag: Tag; onClose: () => void }) {
  const [name, setName] = useState(tag.name)
  const [colour, setColour] = useState(tag.colour)
  const change = useChange(updateTag, {
    quiet: true,
    onDone: async () => {
      await refreshTags(kind)
      showDone(t('records.tags.saved', { tag: name.trim() }))
      onClose()
    },
  })
  const submit = () =>
    change.change({ params: { kind: kind.name, id: tag.id }, body: { name: name.trim(), colour } })
  return (
    <FormDialog
      onClose={onClose}
      title={t('records.tags.edit', { tag: tag.name })}
      submitLabel={t('records.views.save')}
      onSubmit={submit}
      pending={change.pending}
      complete={name.trim() !== ''}
      error={change.error}
    >
      <TextInput
        label={t('records.tags.name')}
        value={name}
        maxLength={60}
        data-autofocus
        onChange={event => setName(event.currentTarget.value)}
      />
      <Radio.Group
        label={t('records.tags.colour')}
        value={colour}
        onChange={value => setColour(tagColourNames.find(one => one === value) ?? 'grey')}
      >
        <Group gap="sm" mt={6}>
          {tagColourNames.map(one => (
            <Radio
              key={one}
              value={one}
              label={<TagChip name={t(`records.tags.colours.${one}`)} colour={one} />}
            />
          ))}
        </Group>
      </Radio.Group>
    </FormDialog>
  )
}
