import { ActionIcon, Group, TagsInput, Text } from '@mantine/core'
import { IconTagPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { t } from '../../../core/web/i18n.ts'
import { useCan } from '../../../core/web/rights.ts'
import { errorText } from '../../../ui/errors.ts'
import type { Kind } from '../../kind.contract.ts'
import { shownOption } from '../../options.contract.ts'
import { labelText } from '../catalogue.ts'
import { type AnyRecord, useRecordEdit, valueOf } from '../record.ts'
import { TagChip } from './TagChip.tsx'
import { tagNames, tagsNamed, useTags } from './use-tags.ts'

const takeFocus = (input: HTMLInputElement | null) => input?.focus()

/** The tags of a record; one that is typed and not there yet is made. */
export function RecordTags({ kind, record }: { kind: Kind; record: AnyRecord }) {
  const tags = useTags(kind.name)
  const write = useRecordEdit(kind)
  const canWrite = useCan()('records.write')
  const [editing, setEditing] = useState(false)
  const [problem, setProblem] = useState<string>()
  const value = tags.field === undefined ? [] : valueOf(record, tags.field)
  const ids = Array.isArray(value) ? value.map(String) : []
  if (!canWrite && ids.length === 0) return null
  const label = t('records.tags.label')
  const commit = async (names: readonly string[]) => {
    try {
      const named = await tagsNamed(kind.name, tags, names)
      if (named.field === undefined) return
      const next = named.ids.length > 0 ? named.ids : null
      await write({ record, key: named.field, label, value: next })
      setProblem(undefined)
    } catch (error) {
      setProblem(errorText(error))
    }
  }
  if (editing)
    return (
      <TagsInput
        aria-label={label}
        placeholder={t('records.tags.type')}
        size="xs"
        data={tags.names}
        value={tagNames(tags.options, ids)}
        maxTags={100}
        maxLength={60}
        error={problem}
        ref={takeFocus}
        onChange={names => void commit(names)}
        onBlur={() => setEditing(false)}
      />
    )
  return (
    <Group gap={4}>
      {ids.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('records.tags.none')}
        </Text>
      )}
      {ids.map(id => {
        const option = shownOption(tags.options, id)
        return option && <TagChip key={id} name={labelText(option.label)} colour={option.colour} />
      })}
      {canWrite && (
        <ActionIcon size="sm" aria-label={t('records.tags.change')} onClick={() => setEditing(true)}>
          <IconTagPlus size={15} />
        </ActionIcon>
      )}
    </Group>
  )
}
