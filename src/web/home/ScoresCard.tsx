import { Button, Skeleton, Stack, Text } from '@mantine/core'
import type { Reply } from '../../core/endpoint.ts'
import { t } from '../../core/web/i18n.ts'
import { Link, useGo } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { listMeasures, measure as measureContract } from '../../feedback/measure.contract.ts'
import { MeasureFigure, scoreName } from '../../feedback/web/index.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import classes from './Home.module.css'

const most = 4

/** The scores of whatever was measured last. */
export function ScoresCard() {
  const there = useEndpoint(listMeasures, {}, { refetch_ms: 60_000 })
  const can = useCan()
  const go = useGo()
  const items = there.data?.items.slice(0, most)
  return (
    <section className={`rp-card ${classes.card}`} aria-label={t('web.home.scores')}>
      {there.isPending && <Skeleton height={120} />}
      {there.error && !there.data && (
        <ErrorState compact error={there.error} onRetry={() => void there.refetch()} />
      )}
      {items?.length === 0 && (
        <>
          <Text fw={560}>{t('web.home.scores')}</Text>
          <Text c="dimmed" size="md" mt={4}>
            {t('web.home.noScores')}
          </Text>
          {can('surveys.manage') && (
            <Button variant="default" size="xs" mt="sm" onClick={() => go('/surveys/new')}>
              {t('web.home.askScores')}
            </Button>
          )}
        </>
      )}
      <Stack gap="lg">
        {items?.map(({ measure, kind }) => (
          <LatestScore key={`${measure} ${kind}`} measure={measure} kind={kind} several={items.length > 1} />
        ))}
      </Stack>
    </section>
  )
}

type LatestScoreProps = Reply<typeof listMeasures>['items'][number] & { several: boolean }

function LatestScore({ measure, kind, several }: LatestScoreProps) {
  const { data, error, refetch } = useEndpoint(
    measureContract,
    { params: { measure }, query: { kind } },
    { refetch_ms: 60_000 },
  )
  if (!data && error) return <ErrorState compact error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height={90} />
  const label = [t(`feedback.measure.${measure}.name`), several && t(`feedback.kind.${kind}`)]
  return (
    <MeasureFigure label={label.filter(Boolean).join(' · ')} of={data} in={data}>
      <Text size="sm" mt="xs">
        {data.unit !== 'points' && `${scoreName(data)} · `}
        <Link to={`/measures?measure=${measure}&kind=${kind}&range=all`}>{t('web.home.scoreMore')}</Link>
      </Text>
    </MeasureFigure>
  )
}
