import { t } from '../../core/web/i18n.ts'
import { RelativeTime } from '../../ui/values.tsx'
import { NumberTile } from './NumberTile.tsx'

const instantIn = (value: unknown): string | null => (typeof value === 'string' ? value : null)

export function SeenNumbers({ record }: { record: Record<string, unknown> }) {
  return (
    <>
      <NumberTile label={t('customers.numbers.firstSeen')}>
        <RelativeTime at={instantIn(record['first_seen_at']) ?? instantIn(record['created_at'])} />
      </NumberTile>
      <NumberTile label={t('customers.numbers.lastSeen')}>
        <RelativeTime at={instantIn(record['last_seen_at'])} />
      </NumberTile>
    </>
  )
}
