import { Group, NumberInput, Select, TextInput } from '@mantine/core'
import { t } from '../../../core/web/i18n.ts'
import { isRelative, type RelativeDate, type Scalar } from '../../filter.contract.ts'

const bases = ['today', 'week', 'month', 'quarter', 'year'] as const
const units = ['day', 'week', 'month', 'year'] as const

type Mode = 'day' | 'ago' | 'ahead' | (typeof bases)[number]

function modeOf(value: Scalar | undefined): Mode {
  if (!isRelative(value)) return 'day'
  if (value.shift !== undefined && value.shift !== 0) return value.shift < 0 ? 'ago' : 'ahead'
  return bases.find(base => base === value.base) ?? 'today'
}

function initial(mode: Mode): Scalar | undefined {
  if (mode === 'day') return undefined
  if (mode === 'ago') return { base: 'today', shift: -30, unit: 'day' }
  if (mode === 'ahead') return { base: 'today', shift: 30, unit: 'day' }
  return { base: mode }
}

interface DateValueProps {
  label: string
  value: Scalar | undefined
  onChange: (value: Scalar | undefined) => void
}

/** A day of the calendar, or one told from today, which moves along. */
export function DateValue({ label, value, onChange }: DateValueProps) {
  const mode = modeOf(value)
  const modes: Mode[] = ['day', 'ago', 'ahead', ...bases]
  const relative: RelativeDate = isRelative(value) ? value : { base: 'today' }
  const sign = mode === 'ahead' ? 1 : -1
  return (
    <Group gap={6} wrap="nowrap" grow preventGrowOverflow={false}>
      <Select
        size="xs"
        aria-label={t('records.filter.dateMode', { label })}
        data={modes.map(one => ({ value: one, label: t(`records.filter.date.${one}`) }))}
        value={mode}
        allowDeselect={false}
        onChange={next => onChange(initial(next ?? 'day'))}
      />
      {mode === 'day' && (
        <TextInput
          size="xs"
          type="date"
          aria-label={label}
          value={typeof value === 'string' ? value.slice(0, 10) : ''}
          onChange={event => onChange(event.currentTarget.value || undefined)}
        />
      )}
      {(mode === 'ago' || mode === 'ahead') && (
        <>
          <NumberInput
            size="xs"
            aria-label={t('records.filter.howMany')}
            min={1}
            max={9999}
            allowDecimal={false}
            value={Math.abs(relative.shift ?? 1)}
            onChange={amount => {
              const shift = sign * Math.max(1, Number(amount) || 1)
              onChange({ base: 'today', shift, unit: relative.unit ?? 'day' })
            }}
          />
          <Select
            size="xs"
            aria-label={t('records.filter.unit')}
            data={units.map(unit => ({ value: unit, label: t(`records.filter.units.${unit}`) }))}
            value={relative.unit ?? 'day'}
            allowDeselect={false}
            onChange={unit => onChange({ ...relative, unit: unit ?? 'day' })}
          />
        </>
      )}
    </Group>
  )
}
