import { Autocomplete } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useEndpoint } from '../../core/web/query.ts'
import { measureSegments } from '../measure.contract.ts'
import type { Choice } from './measure-query.ts'
import { useMeasureQuery } from './use-measure-query.ts'

interface PartPickerProps {
  part: 'place' | 'touchpoint'
  choice: Choice
  onPick: (value: string | null) => void
}

/** Narrows the figure to one place or touchpoint: the largest are offered, in the order of their answers, and any can be typed. */
export function PartPicker({ part, choice, onPick }: PartPickerProps) {
  const chosen = choice[part] ?? ''
  const [text, setText] = useState(chosen)
  const [known, setKnown] = useState(chosen)
  // Chosen elsewhere on the page, it is what stands here; made anew, it would lose the focus of who chose here.
  if (chosen !== known) {
    setKnown(chosen)
    setText(chosen)
  }
  const [asked, setAsked] = useState(false)
  const { interval: _, ...query } = useMeasureQuery({ ...choice, [part]: undefined }).query
  const { data } = useEndpoint(
    measureSegments,
    { params: { measure: choice.measure }, query: { ...query, by: part } },
    { enabled: asked, keep: true },
  )
  const found = data?.by === part ? data.segments : []
  const commit = (value: string) => {
    const wanted = value.trim().slice(0, 100)
    setText(wanted)
    if (wanted !== chosen) onPick(wanted || null)
  }
  return (
    <Autocomplete
      label={t(`feedback.segments.of.${part}`)}
      placeholder={t(`feedback.score.every.${part}`)}
      flex="1 1 9rem"
      maw={{ sm: 320 }}
      clearable
      clearButtonProps={{ 'aria-label': t(`feedback.score.every.${part}`) }}
      maxLength={100}
      data={found.flatMap(({ group, value }) => (group === 'value' && value !== null ? [value] : []))}
      // What is chosen hides none of the others.
      filter={({ options, search }) =>
        search === chosen
          ? options
          : options.filter(one => 'label' in one && one.label.toLowerCase().includes(search.toLowerCase()))
      }
      value={text}
      onChange={setText}
      onClear={() => commit('')}
      onOptionSubmit={commit}
      onDropdownOpen={() => setAsked(true)}
      onBlur={() => commit(text)}
      onKeyDown={event => {
        if (event.key === 'Enter') commit(event.currentTarget.value)
      }}
    />
  )
}
