import { Button, Group, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { formatNumber } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { Link } from '../../../core/web/navigation.tsx'
import { useChange } from '../../../core/web/query.ts'
import { showUndo } from '../../../ui/toast.tsx'
import type { CatalogueKind } from '../../catalogue.contract.ts'
import { deleteTag, restoreTag, type Tag } from '../../tags.contract.ts'
import { listAddress, nameOf } from '../catalogue.ts'
import { MergeTag } from './MergeTag.tsx'
import { refreshTags, restore } from './refresh.ts'
import { TagChip } from './TagChip.tsx'
import { TagForm } from './TagForm.tsx'

export function TagTable({ kind, tags }: { kind: CatalogueKind; tags: readonly Tag[] }) {
  const [editing, setEditing] = useState<Tag>()
  const [merging, setMerging] = useState<Tag>()
  return (
    <>
      <Table.ScrollContainer minWidth={320} type="native">
        <Table verticalSpacing="xs" aria-label={t('records.tags.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('records.tags.tag')}</Table.Th>
              <Table.Th>{t('records.tags.used')}</Table.Th>
              <Table.Th aria-label={t('records.fields.actions')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {tags.map(tag => (
              <TagRow key={tag.id} kind={kind} tag={tag} onEdit={setEditing} onMerge={setMerging} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {editing && <TagForm kind={kind} tag={editing} onClose={() => setEditing(undefined)} />}
      {merging && <MergeTag kind={kind} tag={merging} tags={tags} onClose={() => setMerging(undefined)} />}
    </>
  )
}

interface TagRowProps {
  kind: CatalogueKind
  tag: Tag
  onEdit: (tag: Tag) => void
  onMerge: (tag: Tag) => void
}

function TagRow({ kind, tag, onEdit, onMerge }: TagRowProps) {
  const remove = useChange(deleteTag, {
    onDone: async () => {
      await refreshTags(kind)
      showUndo({
        message: t('records.tags.deleted', { tag: tag.name }),
        undo: () => restore(kind, tag.id),
      })
    },
  })
  const separate = useChange(restoreTag, { onDone: () => refreshTags(kind) })
  const params = { kind: kind.name, id: tag.id }
  return (
    <Table.Tr>
      <Table.Td>
        <TagChip name={tag.name} colour={tag.colour} />
        {tag.merged.map(one => (
          <Text key={one.id} size="xs" c="dimmed" component="div">
            {t('records.tags.holds', { tag: one.name })}{' '}
            <Button
              size="compact-xs"
              variant="subtle"
              loading={separate.pending}
              onClick={() => separate.change({ params: { kind: kind.name, id: one.id } })}
            >
              {t('records.tags.separate')}
            </Button>
          </Text>
        ))}
      </Table.Td>
      <Table.Td>
        <Link to={`${listAddress(kind)}?filter=${encodeURIComponent(tag.filter)}`}>
          {formatNumber(tag.count)} {nameOf(kind, tag.count)}
        </Link>
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end">
          <Button size="compact-xs" variant="default" onClick={() => onEdit(tag)}>
            {t('records.fields.edit')}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => onMerge(tag)}>
            {t('records.tags.merge')}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="clay"
            loading={remove.pending}
            onClick={() => remove.change({ params })}
          >
            {t('records.tags.delete')}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}
