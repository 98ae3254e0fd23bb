import { Tooltip } from '@mantine/core'
import { type ClipboardEvent, useEffect, useState } from 'react'
import { formatDate, formatDateTime, formatMoney, formatNumber, formatRelative } from '../core/web/format.ts'
import { telephone, usePhones } from '../core/web/phone.ts'

/** Nothing there, said quietly. */
export function NoValue() {
  return (
    <span className="rp-none" aria-hidden>
      –
    </span>
  )
}

export function DateTime({ at }: { at: string | null | undefined }) {
  if (!at) return <NoValue />
  return <time dateTime={at}>{formatDateTime(at)}</time>
}

export function DayOf({ day }: { day: string | null | undefined }) {
  if (!day) return <NoValue />
  return <time dateTime={day}>{formatDate(day)}</time>
}

/** `3 min ago`, with the exact time behind it; stays right while it is looked at. */
export function RelativeTime({ at }: { at: string | null | undefined }) {
  const [, setTick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTick(tick => tick + 1), 30_000)
    return () => clearInterval(timer)
  }, [])
  if (!at) return <NoValue />
  return (
    <Tooltip label={formatDateTime(at)}>
      <time dateTime={at}>{formatRelative(at)}</time>
    </Tooltip>
  )
}

/** Readable in groups, dialled with a click where that is wished; copied whole it is the number as it is stored. */
export function Phone({ value, link = false }: { value: string; link?: boolean }) {
  const shown = usePhones(true)(value)
  const onCopy = (event: ClipboardEvent) => {
    if (getSelection()?.toString().trim() !== shown) return
    event.preventDefault()
    event.clipboardData.setData('text/plain', value)
  }
  if (!link || !/\d/.test(value))
    return (
      <span className="rp-number" onCopy={onCopy}>
        {shown}
      </span>
    )
  return (
    <a className="rp-number" href={telephone(value)} onCopy={onCopy}>
      {shown}
    </a>
  )
}

interface MoneyProps {
  amount_minor: number | string | null | undefined
  currency: string | null | undefined
  compact?: boolean
}

export function Money({ amount_minor, currency, compact = false }: MoneyProps) {
  if (amount_minor === null || amount_minor === undefined) return <NoValue />
  return (
    <span className="rp-number">
      {formatMoney(
        amount_minor,
        currency ?? 'EUR',
        compact ? { notation: 'compact', maximumFractionDigits: 1 } : {},
      )}
    </span>
  )
}

/** What lies on either side of nought, to one decimal. */
export function SignedNumber({ value }: { value: number | null | undefined }) {
  if (value === null || value === undefined) return <NoValue />
  return (
    <span className="rp-number">
      {formatNumber(value, { maximumFractionDigits: 1, signDisplay: 'exceptZero' })}
    </span>
  )
}

export function NumberOf({ value }: { value: number | null | undefined }) {
  if (value === null || value === undefined) return <NoValue />
  return <span className="rp-number">{formatNumber(value)}</span>
}
