import { Badge, Group } from '@mantine/core'
import { formatDate, formatDateTime, formatMoney, formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { locale } from '../../core/web/language.ts'
import { Link } from '../../core/web/navigation.tsx'
import { formatPhone } from '../../core/web/phone.ts'
import { NoValue, Phone } from '../../ui/values.tsx'
import type { CatalogueField } from '../catalogue.contract.ts'
import { findKind } from '../kind.contract.ts'
import { shownOption } from '../options.contract.ts'
import { labelText, recordAddress } from './catalogue.ts'
import { TagChip } from './tags/TagChip.tsx'

interface RecordValueProps {
  field: CatalogueField
  value: unknown
  /** Names of what the value refers to. */
  members: ReadonlyMap<string, string>
  titles: ReadonlyMap<string, string>
  /** ISO code for money whose record carries its own. */
  currency?: string | undefined
}

const regions = new Intl.DisplayNames(locale(), { type: 'region' })

export function countryName(code: string): string {
  try {
    return regions.of(code) ?? code
  } catch {
    return code
  }
}

const optionLabel = (field: CatalogueField, id: string): string => {
  const option = field.options?.find(one => one.id === id)
  return option ? labelText(option.label) : id
}

/** As text, for search engines in people's heads: the same in tables, histories and headings. */
export function valueText({ field, value, members, titles, currency }: RecordValueProps): string {
  if (value === null || value === undefined || value === '') return ''
  if (Array.isArray(value)) return value.map(one => optionLabel(field, String(one))).join(', ')
  if (typeof value === 'boolean') return value ? t('ui.yes') : t('ui.no')
  if (typeof value === 'number') {
    if (field.type === 'money') return formatMoney(value, currency ?? field.unit ?? 'EUR')
    return field.unit ? `${formatNumber(value)} ${field.unit}` : formatNumber(value)
  }
  if (typeof value !== 'string') return JSON.stringify(value)
  if (field.type === 'date') return formatDate(value)
  if (field.type === 'date_time') return formatDateTime(value)
  if (field.type === 'option') return optionLabel(field, value)
  if (field.type === 'country') return countryName(value)
  if (field.type === 'phone') return formatPhone(value)
  if (field.type === 'member') return members.get(value) ?? t('records.value.someMember')
  if (field.type === 'relation') return titles.get(value) ?? '…'
  return value
}

function Tag({ field, id }: { field: CatalogueField; id: string }) {
  const option = shownOption(field.options ?? [], id)
  return option && <TagChip name={labelText(option.label)} colour={option.colour} />
}

/** A value in a cell. */
export function RecordValue(props: RecordValueProps) {
  const { field, value } = props
  const text = valueText(props)
  if (text === '') return <NoValue />
  if (field.type === 'phone' && typeof value === 'string') return <Phone value={value} />
  if (field.type === 'option')
    return (
      <Badge variant="light" tt="none" fw={500}>
        {text}
      </Badge>
    )
  if (field.type === 'options' && Array.isArray(value))
    return (
      <Group gap={4} wrap="nowrap">
        {value.map(one =>
          field.tags ? (
            <Tag key={String(one)} field={field} id={String(one)} />
          ) : (
            <Badge key={String(one)} variant="light" tt="none" fw={500}>
              {optionLabel(field, String(one))}
            </Badge>
          ),
        )}
      </Group>
    )
  const target = field.type === 'relation' && field.kind ? findKind(field.kind) : undefined
  if (target && typeof value === 'string')
    return (
      <Link to={recordAddress(target, value)} onClick={event => event.stopPropagation()}>
        {text}
      </Link>
    )
  return text
}
