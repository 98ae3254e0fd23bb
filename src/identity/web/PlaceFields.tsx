import { Select, SimpleGrid } from '@mantine/core'
import { useMemo } from 'react'
import { t } from '../../core/web/i18n.ts'
import { browserLocales, locale } from '../../core/web/language.ts'
import { countries, currencyCodes, currencyOf } from '../places.contract.ts'

export interface Place {
  country: string
  currency: string
  time_zone: string
}

interface PlaceFieldsProps {
  place: Place
  onChange: (place: Place) => void
  disabled?: boolean
}

const named = (type: 'region' | 'currency', codes: readonly string[]) => {
  const names = new Intl.DisplayNames([locale(), 'en'], { type })
  return codes
    .map(value => ({ value, label: `${names.of(value) ?? value} (${value})` }))
    .toSorted((one, other) => one.label.localeCompare(other.label))
}

/** Every country, by the name the reader has for it. */
export const countryChoices = () => named('region', countries)

const inList = <Code extends string>(codes: readonly Code[], code: string): Code | undefined =>
  codes.find(one => one === code)

/** What the browser knows of where it stands, as a first suggestion. */
export function placeHere(): Place {
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const [asked = 'en-US'] = browserLocales()
  const country = inList(countries, new Intl.Locale(asked).region ?? '') ?? 'US'
  return { country, currency: currencyOf(country) ?? 'USD', time_zone }
}

export const zoneNames = (also: string): string[] =>
  [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', also])].toSorted()

const hintBelow: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']

/** Country, currency and time zone; a new country brings its currency along. */
export function PlaceFields({ place, onChange, disabled = false }: PlaceFieldsProps) {
  const zones = useMemo(() => zoneNames(place.time_zone), [place.time_zone])
  const countryNames = useMemo(() => countryChoices(), [])
  const currencyNames = useMemo(() => named('currency', currencyCodes), [])
  const shared = {
    searchable: true,
    allowDeselect: false,
    disabled,
    nothingFoundMessage: t('identity.place.none'),
    inputWrapperOrder: hintBelow,
  }
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
      <Select
        {...shared}
        label={t('identity.place.country')}
        description={t('identity.place.countryHint')}
        data={countryNames}
        value={place.country}
        onChange={country =>
          country && onChange({ ...place, country, currency: currencyOf(country) ?? place.currency })
        }
      />
      <Select
        {...shared}
        label={t('identity.place.currency')}
        description={t('identity.place.currencyHint')}
        data={currencyNames}
        value={place.currency}
        onChange={currency => currency && onChange({ ...place, currency })}
      />
      <Select
        {...shared}
        label={t('identity.place.timeZone')}
        description={t('identity.place.timeZoneHint')}
        data={zones}
        value={place.time_zone}
        onChange={time_zone => time_zone && onChange({ ...place, time_zone })}
      />
    </SimpleGrid>
  )
}
