import { Group, SegmentedControl, Stack } from '@mantine/core'
import { useMemo, useState } from 'react'
import { t } from '../../../core/web/i18n.ts'
import type { Filter } from '../../filter.contract.ts'
import { parseFilter } from '../../filter-parse.contract.ts'
import { printFilter } from '../../filter-print.contract.ts'
import { useCatalogue } from '../catalogue.ts'
import { type DraftGroup, draftOf, filterOf } from './draft.ts'
import classes from './FilterEditor.module.css'
import { FilterText } from './FilterText.tsx'
import { GroupEditor } from './GroupEditor.tsx'

interface FilterEditorProps {
  kind: string
  /** The text form; empty for no filter. */
  value: string
  onChange: (text: string) => void
}

export function readFilter(text: string): Filter | undefined {
  try {
    return text.trim() === '' ? undefined : parseFilter(text)
  } catch {
    return undefined
  }
}

/** Puts a filter together from conditions and groups, or as text: both are the same filter. */
export function FilterEditor({ kind, value, onChange }: FilterEditorProps) {
  const { catalogue } = useCatalogue()
  const isReadable = value.trim() === '' || readFilter(value) !== undefined
  const [mode, setMode] = useState<'builder' | 'text'>(isReadable ? 'builder' : 'text')
  // The draft holds conditions that are not complete yet; it is made anew when the filter changed elsewhere.
  const [draft, setDraft] = useState<{ of: string; group: DraftGroup }>()
  const group = useMemo(
    () => (draft && draft.of === value ? draft.group : draftOf(readFilter(value))),
    [draft, value],
  )
  if (!catalogue) return null
  const change = (next: DraftGroup) => {
    const filter = filterOf(next)
    const text = filter ? printFilter(filter) : ''
    setDraft({ of: text, group: next })
    if (text !== value) onChange(text)
  }
  return (
    <Stack gap="xs" className={classes.editor}>
      <Group justify="flex-end">
        <SegmentedControl
          size="xs"
          aria-label={t('records.filter.mode')}
          value={mode}
          onChange={next => setMode(next === 'text' ? 'text' : 'builder')}
          data={[
            { value: 'builder', label: t('records.filter.builder') },
            { value: 'text', label: t('records.filter.asText') },
          ]}
        />
      </Group>
      {mode === 'builder' ? (
        <GroupEditor catalogue={catalogue} kind={kind} group={group} depth={0} onChange={change} />
      ) : (
        <FilterText catalogue={catalogue} kind={kind} value={value} onChange={onChange} />
      )}
    </Stack>
  )
}
