import { ActionIcon, Group, TagsInput, Text } from '@mantine/core'
import { IconTagPlus } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { t } from '../../../core/web/i18n.ts'
import { useCan } from '../../../core/web/rights.ts'
import { errorText } from '../../../ui/errors.ts'
import type { Kind } from '../../kind.contract.ts'
import { shownOption } from '../../options.contract.ts'
import { labelText } from '../catalogue.ts'
import { type AnyRecord, useRecordEdit, valueOf } from '../record.ts'
import { TagChip } from './TagChip.tsx'
import { type KnownTags, tagNames, tagsNamed, useTags } from './use-tags.ts'

const takeFocus = (input: HTMLInputElement | null) => input?.focus()
const nothing: readonly string[] = []

/** The tags of a record; one that is typed and not there yet is made. */
export function RecordTags({ kind, record }: { kind: Kind; record: AnyRecord }) {
  const tags = useTags(kind.name)
  const canWrite = useCan()('records.write')
  const [editing, setEditing] = useState(false)
  const { draft, problem, change } = useTagWriting(kind, record, tags)
  const button = useRef<HTMLButtonElement>(null)
  const value = tags.field === undefined ? [] : valueOf(record, tags.field)
  const ids = Array.isArray(value) ? value.map(String) : nothing
  if (!canWrite && ids.length === 0) return null
  const leave = () => {
    setEditing(false)
    requestAnimationFrame(() => button.current?.focus())
  }
  if (editing)
    return (
      <TagsInput
        aria-label={t('records.tags.label')}
        placeholder={t('records.tags.type')}
        size="xs"
        data={tags.names}
        value={draft ?? tagNames(tags.options, ids)}
        maxTags={100}
        maxLength={60}
        error={problem}
        ref={takeFocus}
        onChange={change}
        onBlur={() => setEditing(false)}
        onKeyDown={event => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          leave()
        }}
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
        <ActionIcon
          ref={button}
          size="sm"
          aria-label={t('records.tags.change')}
          onClick={() => setEditing(true)}
        >
          <IconTagPlus size={15} />
        </ActionIcon>
      )}
      {problem !== undefined && (
        <Text size="xs" c="clay" role="alert">
          {problem}
        </Text>
      )}
    </Group>
  )
}

/** What is typed stands there at once and is written in its order: two tags typed quickly are two. */
function useTagWriting(kind: Kind, record: AnyRecord, tags: KnownTags) {
  const write = useRecordEdit(kind)
  const [draft, setDraft] = useState<string[]>()
  const [problem, setProblem] = useState<string>()
  const latest = useRef(0)
  const before = useRef<Promise<void>>(Promise.resolve())
  const commit = async (names: readonly string[], turn: number) => {
    // A later one says all that this one says.
    if (turn !== latest.current) return
    try {
      const { field, ids } = await tagsNamed(kind.name, tags, names)
      const value = ids.length > 0 ? ids : null
      if (field !== undefined) await write({ record, key: field, label: t('records.tags.label'), value })
      setProblem(undefined)
    } catch (error) {
      setProblem(errorText(error))
    }
    if (turn === latest.current) setDraft(undefined)
  }
  const change = (names: string[]) => {
    setDraft(names)
    latest.current += 1
    const turn = latest.current
    before.current = before.current.then(() => commit(names, turn))
  }
  return { draft, problem, change }
}
