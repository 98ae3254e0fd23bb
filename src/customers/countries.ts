import { getCountries } from 'libphonenumber-js/max'

// Events and files say "Germany" or "Deutschland" where a field holds DE.

const names = new Map<string, string>()
const plain = (name: string) =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z\p{L}]+/gu, ' ')
    .trim()

const codes = new Set<string>(getCountries())
for (const language of ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl', 'sv', 'da', 'nb', 'fi']) {
  const display = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' })
  for (const code of codes) {
    const name = display.of(code)
    if (name !== undefined && !names.has(plain(name))) names.set(plain(name), code)
  }
}
const alsoCalled: Record<string, string> = {
  usa: 'US',
  'u s a': 'US',
  'united states of america': 'US',
  america: 'US',
  uk: 'GB',
  'great britain': 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  eire: 'IE',
  holland: 'NL',
  'the netherlands': 'NL',
  'czech republic': 'CZ',
  turkey: 'TR',
  'viet nam': 'VN',
  'russian federation': 'RU',
  'republic of korea': 'KR',
  'korea republic of': 'KR',
  korea: 'KR',
  uae: 'AE',
  rsa: 'ZA',
  'ivory coast': 'CI',
  macedonia: 'MK',
  'hong kong': 'HK',
  macau: 'MO',
  brasil: 'BR',
}

/** The two-letter code, or undefined when the text names no country. */
export function countryCode(text: string): string | undefined {
  const value = text.trim()
  const code = value.toUpperCase()
  if (codes.has(code)) return code
  const name = plain(value)
  return alsoCalled[name] ?? names.get(name)
}
