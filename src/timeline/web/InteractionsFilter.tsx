import { Button, MultiSelect, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { channels } from '../timeline.contract.ts'
import { channelName, kindName, kinds } from './channels.tsx'
import classes from './InteractionsFilter.module.css'
import type { Chosen } from './interactions-query.ts'

interface InteractionsFilterProps {
  chosen: Chosen
  onChange: (patch: { [name in keyof Chosen]: string | null }) => void
}

const cleared = { from: null, to: null, channels: null, kind: null, words: null }

export function InteractionsFilter({ chosen, onChange }: InteractionsFilterProps) {
  const [words, setWords] = useState(chosen.words ?? '')
  const search = useDebouncedCallback((text: string) => onChange({ words: text }), 250)
  const narrowed = Object.keys(cleared).some(name => chosen[name as keyof Chosen])
  return (
    <div className={classes.filters}>
      <TextInput
        aria-label={t('timeline.interactions.words')}
        placeholder={t('timeline.interactions.words')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={words}
        onChange={({ currentTarget: { value } }) => {
          setWords(value)
          search(value)
        }}
        className={classes.words}
      />
      <MultiSelect
        aria-label={t('timeline.interactions.channels')}
        placeholder={chosen.channels ? '' : t('timeline.allChannels')}
        data={channels.map(value => ({ value, label: channelName(value) }))}
        value={chosen.channels?.split(',') ?? []}
        onChange={picked => onChange({ channels: picked.join(',') })}
        clearable
      />
      <Select
        aria-label={t('timeline.interactions.kind')}
        placeholder={t('timeline.allKinds')}
        data={kinds.map(value => ({ value, label: kindName(value) }))}
        value={chosen.kind ?? null}
        onChange={kind => onChange({ kind })}
        clearable
      />
      {(['from', 'to'] as const).map(name => (
        <TextInput
          key={name}
          type="date"
          aria-label={t(`timeline.interactions.${name}`)}
          value={chosen[name] ?? ''}
          onChange={({ currentTarget: { value } }) => onChange({ [name]: value })}
        />
      ))}
      {narrowed && (
        <Button
          variant="default"
          onClick={() => {
            search.cancel()
            setWords('')
            onChange(cleared)
          }}
        >
          {t('timeline.interactions.clear')}
        </Button>
      )}
    </div>
  )
}
