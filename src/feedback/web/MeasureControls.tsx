import { Group, Select, Switch, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import type { useSearchParams } from '../../core/web/navigation.tsx'
import { measures } from '../measures.contract.ts'
import { intervals } from '../responses.contract.ts'
import { type Choice, nothingPicked, ranges } from './measure-query.ts'
import { PartPicker } from './PartPicker.tsx'
import { useSurveys } from './use-surveys.ts'

export type SetSearch = ReturnType<typeof useSearchParams>[1]

interface MeasureControlsProps {
  choice: Choice
  setSearch: SetSearch
  /** Whether there are weights to count by. */
  hasWeights: boolean
}

export function MeasureControls({ choice, setSearch, hasWeights }: MeasureControlsProps) {
  const surveys = useSurveys()
  const reset = nothingPicked
  const isKind = (value: string | null) => value === 'relational' || value === 'transactional'
  return (
    <Group mb="lg" align="end" gap="sm">
      <Select
        label={t('feedback.score.measure')}
        flex="1 1 13rem"
        allowDeselect={false}
        data={measures.map(value => ({ value, label: t(`feedback.measure.${value}.name`) }))}
        value={choice.measure}
        onChange={measure => setSearch({ ...reset, measure })}
      />
      <Select
        label={t('feedback.score.survey')}
        flex="1 1 15rem"
        searchable
        allowDeselect={false}
        data={[
          { value: 'relational', label: t('feedback.score.allRelational') },
          { value: 'transactional', label: t('feedback.score.allTransactional') },
          ...surveys.map(survey => ({ value: survey.id, label: survey.name })),
        ]}
        value={choice.survey}
        onChange={value =>
          setSearch({ ...reset, survey_id: isKind(value) ? null : value, kind: isKind(value) ? value : null })
        }
      />
      <Select
        label={t('feedback.score.range')}
        flex="1 1 10.5rem"
        allowDeselect={false}
        data={ranges.map(value => ({ value, label: t(`feedback.score.ranges.${value}`) }))}
        value={choice.range}
        onChange={range => setSearch({ ...reset, range })}
      />
      <Select
        label={t('feedback.score.by')}
        flex="1 1 8rem"
        allowDeselect={false}
        data={intervals.map(value => ({ value, label: t(`feedback.interval.${value}`) }))}
        value={choice.interval}
        onChange={interval => setSearch({ ...reset, interval })}
      />
      <PeopleFilter
        value={choice.filter}
        onChange={filter => setSearch({ ...reset, filter: filter || null }, { replace: true })}
      />
      {(['place', 'touchpoint'] as const).map(part => (
        <PartPicker
          key={part}
          part={part}
          choice={choice}
          onPick={value => setSearch({ ...reset, [part]: value })}
        />
      ))}
      {(hasWeights || choice.weights === 'on') && (
        <Switch
          label={t('feedback.score.weights')}
          checked={choice.weights === 'on'}
          onChange={event => setSearch({ ...reset, weights: event.currentTarget.checked ? 'on' : null })}
          mb={8}
        />
      )}
    </Group>
  )
}

/** What is typed is asked for after a moment; what is narrowed elsewhere on the page stands here too. */
function PeopleFilter({ value, onChange }: { value: string; onChange: (filter: string) => void }) {
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  const [sent, setSent] = useState(value)
  if (value !== known) {
    setKnown(value)
    if (value !== sent) setText(value)
    setSent(value)
  }
  const send = useDebouncedCallback((filter: string) => {
    setSent(filter)
    onChange(filter)
  }, 500)
  return (
    <TextInput
      label={t('feedback.score.filter')}
      placeholder={t('feedback.score.filterHelp')}
      flex="3 1 20rem"
      value={text}
      onChange={event => {
        setText(event.currentTarget.value)
        send(event.currentTarget.value)
      }}
    />
  )
}
