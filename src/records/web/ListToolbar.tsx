import { Button, CloseButton, Group, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilter, IconSearch } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import type { Kind } from '../kind.contract.ts'
import { labelText } from './catalogue.ts'
import { countConditions, draftOf } from './filter/draft.ts'
import { readFilter } from './filter/FilterEditor.tsx'
import classes from './RecordList.module.css'

interface ToolbarProps {
  kind: Kind
  filter: string
  search: string
  filtering: boolean
  onFiltering: (open: boolean) => void
  onSearch: (text: string) => void
}

export function ListToolbar({ kind, filter, search, filtering, onFiltering, onSearch }: ToolbarProps) {
  // What was typed stands until the address has it.
  const [typed, setTyped] = useState<string>()
  const conditions = useMemo(() => (filter ? countConditions(draftOf(readFilter(filter))) : 0), [filter])
  const tell = useDebouncedCallback((text: string) => {
    onSearch(text)
    setTyped(undefined)
  }, 180)
  const shown = typed ?? search
  const type = (text: string) => {
    setTyped(text)
    tell(text)
  }
  return (
    <Group gap="xs" mb="xs" wrap="nowrap" className={classes.tools}>
      <TextInput
        style={{ flex: '1 1 240px' }}
        maw={420}
        type="search"
        aria-label={t('records.list.search', { kind: labelText(kind.label.many) })}
        placeholder={t('records.list.searchHint')}
        leftSection={<IconSearch size={16} />}
        rightSection={
          shown && (
            <CloseButton size="sm" aria-label={t('records.list.clearSearch')} onClick={() => type('')} />
          )
        }
        maxLength={200}
        value={shown}
        onChange={event => type(event.currentTarget.value)}
      />
      <Button
        variant={conditions > 0 ? 'light' : 'default'}
        leftSection={<IconFilter size={16} />}
        aria-expanded={filtering}
        onClick={() => onFiltering(!filtering)}
      >
        {conditions > 0 ? t('records.list.filters', { count: conditions }) : t('records.list.filter')}
      </Button>
    </Group>
  )
}
