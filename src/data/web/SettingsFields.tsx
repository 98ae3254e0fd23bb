import { Checkbox, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useMemo } from 'react'
import { t } from '../../core/web/i18n.ts'
import { countryChoices } from '../../identity/web/index.ts'
import type { ColumnMapping, ImportKind } from '../import-formats.contract.ts'
import type { ImportSettings } from '../imports.contract.ts'
import { AnswerFields } from './AnswerFields.tsx'
import { RelationFields } from './RelationFields.tsx'

interface SettingsFieldsProps {
  kind: ImportKind
  mapping: readonly ColumnMapping[]
  settings: ImportSettings
  onChange: (settings: ImportSettings) => void
}

/** Some that are in use, such as UTC, browsers leave out of their list. */
const timeZones = (used: string): string[] =>
  [...new Set([used, ...Intl.supportedValuesOf('timeZone')])].toSorted()

/** Only what the mapped columns ask for. */
export function SettingsFields({ kind, mapping, settings, onChange }: SettingsFieldsProps) {
  const maps = (...targets: string[]) => mapping.some(({ target }) => targets.includes(target))
  const set = (patch: Partial<ImportSettings>) => onChange({ ...settings, ...patch })
  const money = maps('amount', 'unit_price', 'revenue')
  const named = useMemo(() => countryChoices(), [])
  const { country: _country, ...withoutCountry } = settings
  const { currency: _currency, ...withoutCurrency } = settings
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        <Select
          label={t('data.check.timeZone')}
          data={timeZones(settings.time_zone)}
          value={settings.time_zone}
          searchable
          allowDeselect={false}
          limit={50}
          onChange={value => value && set({ time_zone: value })}
        />
        {maps('phone', 'other_phone') && (
          <Select
            label={t('data.check.country')}
            data={named}
            value={settings.country ?? null}
            searchable
            clearable
            limit={50}
            onChange={country => onChange(country ? { ...settings, country } : withoutCountry)}
          />
        )}
        {money && (
          <TextInput
            label={t('data.check.currency')}
            description={t('data.check.currencyHint')}
            value={settings.currency ?? ''}
            maxLength={3}
            onChange={event => {
              const currency = event.currentTarget.value.toUpperCase()
              onChange(currency ? { ...settings, currency } : withoutCurrency)
            }}
          />
        )}
        {maps('external_id', 'message_id', 'from_external_id', 'to_external_id') && (
          <TextInput
            label={t('data.check.source')}
            description={t('data.check.sourceHint')}
            value={settings.source}
            maxLength={60}
            onChange={event => set({ source: event.currentTarget.value.replace(/[^\w.-]/g, '') || 'import' })}
          />
        )}
        <Select
          label={t('data.check.badCells')}
          data={[
            { value: 'reject', label: t('data.check.badReject') },
            { value: 'skip', label: t('data.check.badSkip') },
          ]}
          value={settings.bad_cells}
          allowDeselect={false}
          onChange={value => set({ bad_cells: value === 'skip' ? 'skip' : 'reject' })}
        />
      </SimpleGrid>
      {kind === 'answer' && <AnswerFields settings={settings} maps={maps} onChange={onChange} />}
      {kind === 'relation' && !maps('type') && <RelationFields settings={settings} onChange={onChange} />}
      {kind === 'interaction' && (
        <InteractionFields settings={settings} priced={money} maps={maps} set={set} />
      )}
    </Stack>
  )
}

interface InteractionFieldsProps {
  settings: ImportSettings
  priced: boolean
  maps: (...targets: string[]) => boolean
  set: (patch: Partial<ImportSettings>) => void
}

function InteractionFields({ settings, priced, maps, set }: InteractionFieldsProps) {
  const { defaults, refunds } = settings
  const usual = (target: string, value: string) => set({ defaults: { ...defaults, [target]: value } })
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        {!maps('kind') && (
          <TextInput
            label={t('data.check.kindOf')}
            value={defaults.kind ?? ''}
            placeholder={priced ? 'purchase' : 'other'}
            maxLength={60}
            onChange={event => usual('kind', event.currentTarget.value)}
          />
        )}
        {!maps('channel') && (
          <TextInput
            label={t('data.check.channel')}
            value={defaults.channel ?? ''}
            placeholder={priced ? 'shop' : 'other'}
            maxLength={60}
            onChange={event => usual('channel', event.currentTarget.value)}
          />
        )}
        {priced && (
          <TextInput
            label={t('data.check.prefix')}
            description={t('data.check.prefixHint')}
            value={refunds.reference_prefix ?? ''}
            maxLength={10}
            onChange={event => {
              const reference_prefix = event.currentTarget.value
              const { negative_amounts } = refunds
              set({
                refunds: reference_prefix ? { negative_amounts, reference_prefix } : { negative_amounts },
              })
            }}
          />
        )}
      </SimpleGrid>
      {priced && (
        <Checkbox
          label={t('data.check.refunds')}
          checked={refunds.negative_amounts}
          onChange={event => set({ refunds: { ...refunds, negative_amounts: event.currentTarget.checked } })}
        />
      )}
      <Checkbox
        label={t('data.check.makePeople')}
        checked={settings.make_people}
        onChange={event => set({ make_people: event.currentTarget.checked })}
      />
    </Stack>
  )
}
