import { t } from '../../core/web/i18n.ts'
import { useEndpoint } from '../../core/web/query.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { RelativeTime } from '../../ui/values.tsx'
import { listAccountEvents } from '../second-factor.contract.ts'
import { Row, Rows } from './Rows.tsx'
import { Section } from './Section.tsx'

/** So that one notices what one has not done oneself. */
export function AccountEvents() {
  const { data, error, refetch } = useEndpoint(listAccountEvents)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (!data || data.items.length === 0) return null
  return (
    <Section title={t('identity.event.title')}>
      <Rows label={t('identity.event.title')}>
        {data.items.map(event => (
          <Row
            key={event.id}
            main={t(`identity.event.${event.kind}`)}
            more={
              <>
                <RelativeTime at={event.at} />
                {!event.by_you && ` ${t('identity.event.byAnother')}`}
              </>
            }
          />
        ))}
      </Rows>
    </Section>
  )
}
