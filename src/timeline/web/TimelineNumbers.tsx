import type { SlotProps } from '../../core/web/area-web.ts'
import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { useEndpoint } from '../../core/web/query.ts'
import { NumberTile } from '../../customers/web/index.ts'
import { Money, NoValue, RelativeTime, SignedNumber } from '../../ui/values.tsx'
import { personSummary, type timelineParts } from '../timeline.contract.ts'

/** The numbers of a customer's timeline: how much, how often, how it felt. */
export default function TimelineNumbers({ id }: SlotProps) {
  const { data } = useEndpoint(personSummary, { params: { id } })
  if (!data) return null
  const rows = (only: (typeof timelineParts)[number]) => `/people/${id}?only=${only}`
  const count = formatNumber(data.count)
  return (
    <>
      <NumberTile label={t('timeline.numbers.firstSeen')}>
        <RelativeTime at={data.first_at} />
      </NumberTile>
      <NumberTile label={t('timeline.numbers.lastSeen')}>
        <RelativeTime at={data.last_at} />
      </NumberTile>
      <NumberTile
        label={t('timeline.numbers.revenue')}
        {...(data.revenue.length > 0 ? { to: rows('amounts') } : {})}
      >
        {data.revenue.length === 0 && <NoValue />}
        {data.revenue.map(({ currency, amount_minor }) => (
          <div key={currency}>
            <Money amount_minor={amount_minor} currency={currency} />
          </div>
        ))}
      </NumberTile>
      <NumberTile label={t('timeline.numbers.count')} to={rows('interactions')}>
        {data.counted_all ? count : t('timeline.numbers.more', { n: count })}
      </NumberTile>
      <NumberTile
        label={t('timeline.numbers.feeling')}
        {...(data.feeling === null ? {} : { to: rows('feelings') })}
      >
        <SignedNumber value={data.feeling} />
      </NumberTile>
    </>
  )
}
