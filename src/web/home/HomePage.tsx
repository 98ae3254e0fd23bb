import { Skeleton, Stack } from '@mantine/core'
import { useEffect, useEffectEvent, useState } from 'react'
import { formatDate } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { useLive } from '../../core/web/live.ts'
import { invalidate, useEndpoint } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { Slot } from '../../core/web/slots.tsx'
import { people } from '../../customers/customers.contract.ts'
import { SamplePanel, useLoadSample, useSample } from '../../data/web/index.ts'
import { takeBeginning, useSession } from '../../identity/web/index.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { ActivityCard } from './ActivityCard.tsx'
import { FirstSteps } from './FirstSteps.tsx'
import classes from './Home.module.css'
import { LatestWords } from './LatestWords.tsx'
import { RecentPeople } from './RecentPeople.tsx'
import { ScoresCard } from './ScoresCard.tsx'

/** What happened lately; before anything has, what to do first. */
export default function HomePage() {
  const { workspace, account } = useSession()
  const [today] = useState(() => new Date())
  const can = useCan()
  const newest = useEndpoint(people.list, { query: { sort: '-updated_at', limit: 8 } })
  useLive(['change'], ({ kind }) => {
    if (kind === 'person' || kind === '*') void invalidate([people.list])
  })
  const { sample, pending } = useSample()
  useChosenBeginning()
  const here = sample && sample.status !== 'none'
  const name = account?.name.split(' ')[0] ?? ''
  return (
    <Page
      title={name ? t('web.home.hello', { name }) : t('web.home.title')}
      subtitle={`${workspace?.name ?? ''} · ${formatDate(today)}`}
    >
      {here && <SamplePanel state={sample} />}
      {newest.isPending && <Skeleton height={280} />}
      {newest.error && !newest.data && (
        <ErrorState error={newest.error} onRetry={() => void newest.refetch()} />
      )}
      {newest.data?.items.length === 0 && !pending && !here && <FirstSteps />}
      {newest.data && newest.data.items.length > 0 && (
        <div className={classes.grid}>
          <Stack gap="md" className={classes.wide}>
            <ActivityCard />
            <RecentPeople people={newest.data.items} />
          </Stack>
          <Stack gap="md">
            {can('surveys.read') && <ScoresCard />}
            {can('surveys.read') && <LatestWords />}
            <Slot name="home.card" />
          </Stack>
        </div>
      )}
    </Page>
  )
}

/** Whoever sets the workspace up may have chosen to begin with the sample company. */
function useChosenBeginning(): void {
  const { load } = useLoadSample()
  const start = useEffectEvent(load)
  useEffect(() => {
    if (takeBeginning() === 'sample') start()
  }, [])
}
