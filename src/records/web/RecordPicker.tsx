import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useMemo, useRef, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useEndpoint } from '../../core/web/query.ts'
import { findKind } from '../kind.contract.ts'
import { endpointsOf } from '../records.contract.ts'
import { useTitle } from './names.ts'
import { type AnyRecord, titleOf } from './record.ts'

interface RecordPickerProps {
  kind: string
  label: string
  value: string | null
  onChange: (id: string | null) => void
  visibleLabel?: boolean
  /** Takes the focus when it appears: it was asked for just now. */
  takesFocus?: boolean
  error?: string | undefined
  onLeave?: () => void
  onEscape?: () => void
}

/** Finds a record of a kind by typing. */
export function RecordPicker(props: RecordPickerProps) {
  const { kind, label, value, onChange, visibleLabel = false } = props
  const described = findKind(kind)
  if (!described) return null
  return (
    <Picker
      {...props}
      described={described}
      label={label}
      value={value}
      onChange={onChange}
      visibleLabel={visibleLabel}
    />
  )
}

type PickerProps = RecordPickerProps & { described: NonNullable<ReturnType<typeof findKind>> }

function Picker({
  described,
  label,
  value,
  onChange,
  visibleLabel,
  takesFocus = false,
  error,
  onLeave,
  onEscape,
}: PickerProps) {
  const [typed, setTyped] = useState('')
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (takesFocus) input.current?.focus()
  }, [takesFocus])
  const [search] = useDebouncedValue(typed, 200)
  const known = useTitle(described.name, value)
  const { data } = useEndpoint(endpointsOf(described).list, { query: { search, limit: 12 } }, { keep: true })
  const options = useMemo(() => {
    const found = (data?.items ?? []).map(item => {
      const record = item as AnyRecord
      return { value: record.id, label: titleOf(described, record) }
    })
    if (!value || found.some(one => one.value === value)) return found
    return [{ value, label: known.get(value) ?? '…' }, ...found]
  }, [data, described, known, value])
  return (
    <Select
      size={visibleLabel ? 'sm' : 'xs'}
      {...(visibleLabel ? { label } : { 'aria-label': label })}
      placeholder={t('records.pick.hint')}
      data={options}
      value={value}
      onChange={onChange}
      searchable
      clearable
      // The server searches; what it found is shown as it came.
      filter={({ options: all }) => all}
      onSearchChange={setTyped}
      nothingFoundMessage={t('ui.nothingFound')}
      error={error}
      ref={input}
      {...(onLeave ? { onBlur: onLeave } : {})}
      onKeyDown={event => {
        if (event.key !== 'Escape' || !onEscape) return
        event.preventDefault()
        onEscape()
      }}
    />
  )
}
