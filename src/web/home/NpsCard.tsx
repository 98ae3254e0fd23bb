import { Button, Skeleton, Text } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { Link, useGo } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { npsMeasure } from '../../feedback/nps.contract.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Score } from '../../ui/Score.tsx'
import classes from './Home.module.css'

export function NpsCard() {
  const nps = useEndpoint(npsMeasure, {}, { refetch_ms: 60_000 })
  const can = useCan()
  const go = useGo()
  return (
    <section className={`rp-card ${classes.card}`} aria-label={t('web.home.nps')}>
      {nps.isPending && <Skeleton height={120} />}
      {nps.error && !nps.data && <ErrorState compact error={nps.error} onRetry={() => void nps.refetch()} />}
      {nps.data && nps.data.n === 0 && (
        <>
          <Text fw={560}>{t('web.home.nps')}</Text>
          <Text c="dimmed" size="md" mt={4}>
            {t('web.home.noNps')}
          </Text>
          {can('surveys.manage') && (
            <Button variant="default" size="xs" mt="sm" onClick={() => go('/surveys/new')}>
              {t('web.home.askNps')}
            </Button>
          )}
        </>
      )}
      {nps.data && nps.data.n !== 0 && (
        <Score
          label={t('web.home.nps')}
          value={nps.data.score}
          n={nps.data.n}
          low={nps.data.low}
          high={nps.data.high}
          scale={[-100, 100]}
          signed
        >
          <Text size="sm" mt="xs">
            <Link to="/nps?range=all">{t('web.home.npsMore')}</Link>
          </Text>
        </Score>
      )}
    </section>
  )
}
