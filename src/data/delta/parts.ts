import type { RecordItem } from '../record-rows.ts'

// Several columns can speak of one thing (a company by name, domain and id): they change together or not at all.

const employer = new Set(['company', 'company_domain', 'company_external_id'])
const money = new Set(['revenue', 'currency'])
// They only add to what is there, and an empty cell says nothing.
const adding = new Set(['other_email', 'other_phone', 'tags'])
const never_cleared = new Set([...adding, 'do_not_contact'])

/** What a column speaks of. */
export function partOf(kind: 'person' | 'company', target: string): string {
  if (employer.has(target)) return 'company'
  return kind === 'company' && money.has(target) ? 'revenue' : target
}

/** The columns of the record that a part fills, as the change log names them. */
export function columnsOf(kind: 'person' | 'company', part: string): string[] {
  if (adding.has(part) || part.startsWith('ignored.')) return []
  if (part === 'revenue' && kind === 'company') return ['revenue_minor', 'currency']
  return [part === 'company' ? 'company_id' : part]
}

interface Said {
  record: RecordItem
  raw: Record<string, string>
}

/** What a row says of one part: a cell that was emptied there empties it, one that could not be read says nothing. */
export function sayingOf(kind: 'person' | 'company', part: string, { record, raw }: Said): RecordItem {
  if (part.startsWith('ignored.')) return {}
  if (part === 'company' && kind === 'person') {
    if (record.company) return { company: record.company }
    return [...employer].some(target => raw[target] !== undefined) ? {} : { company_id: null }
  }
  if (part === 'revenue' && kind === 'company') {
    const { revenue_minor, currency } = record
    if (revenue_minor !== undefined) return { revenue_minor, currency }
    return raw.revenue === undefined ? { revenue_minor: null } : {}
  }
  const others = { other_email: 'other_emails', other_phone: 'other_phones' }[part] ?? part
  const key = part.startsWith('custom.') ? part.slice('custom.'.length) : undefined
  const value = key === undefined ? record[others] : record.custom?.[key]
  if (value === undefined && (never_cleared.has(part) || raw[part] !== undefined)) return {}
  return key === undefined ? { [others]: value ?? null } : { custom: { [key]: value ?? null } }
}

/** Everything that these parts say, as one item. */
export function together(sayings: readonly RecordItem[]): RecordItem {
  const custom = Object.assign({}, ...sayings.map(one => one.custom ?? {})) as Record<string, unknown>
  const all = Object.assign({}, ...sayings) as RecordItem
  return Object.keys(custom).length ? { ...all, custom } : all
}
