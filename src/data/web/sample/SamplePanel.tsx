import { Button, Group, Text, Title } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { t, tell } from '../../../core/web/i18n.ts'
import { queries, useChange } from '../../../core/web/query.ts'
import { useCan } from '../../../core/web/rights.ts'
import { Progress } from '../../../ui/Progress.tsx'
import { cancelSample, resumeSample, type SampleState } from '../../sample/sample.contract.ts'
import { RemoveSample } from './RemoveSample.tsx'
import classes from './Sample.module.css'
import { StoryList } from './StoryList.tsx'
import { refreshSample } from './use-sample.ts'

/** The sample company on the home page: how far it is, then what there is to discover in it. */
export function SamplePanel({ state }: { state: SampleState }) {
  const may = useCan()('workspace.manage')
  const [removing, setRemoving] = useState(false)
  const { status } = state
  useFreshPages(status)
  const moving =
    status === 'queued' || status === 'loading' || status === 'cancelling' || status === 'removing'
  return (
    <section className={`rp-card ${classes.panel}`} aria-labelledby="sample">
      <div className={classes.head}>
        <Title order={2} id="sample">
          {t(status === 'loaded' ? 'data.sample.stories' : 'data.sample.title')}
        </Title>
        {may && !moving && (
          <Button variant="subtle" size="compact-xs" px={0} onClick={() => setRemoving(true)}>
            {t('data.sample.remove')}
          </Button>
        )}
      </div>
      {status === 'loaded' && (
        <>
          <Text c="dimmed">{t('data.sample.about')}</Text>
          <StoryList />
        </>
      )}
      {moving && <Moving state={state} may={may} />}
      {(status === 'cancelled' || status === 'failed') && <Stopped state={state} may={may} />}
      {status === 'removal_failed' && (
        <Text mt="xs">{tell(state.failure_sentence, state.failure ?? '')}</Text>
      )}
      {removing && <RemoveSample onClose={() => setRemoving(false)} />}
    </section>
  )
}

/** What pages have read meanwhile is of another company. */
function useFreshPages(status: SampleState['status']): void {
  const before = useRef(status)
  useEffect(() => {
    if (before.current !== status && status === 'loaded') void queries.invalidateQueries()
    before.current = status
  }, [status])
}

function Moving({ state, may }: { state: SampleState; may: boolean }) {
  const { change, pending } = useChange(cancelSample, { onDone: refreshSample })
  const { status, progress } = state
  const leaving = status === 'removing'
  return (
    <>
      <Progress
        label={t(leaving ? 'data.sample.leaving' : 'data.sample.loading')}
        {...(leaving ? {} : { value: progress })}
      />
      {may && !leaving && (
        <Group mt="sm">
          <Button
            variant="default"
            size="xs"
            loading={pending || status === 'cancelling'}
            onClick={() => change({})}
          >
            {t('data.sample.cancel')}
          </Button>
        </Group>
      )}
    </>
  )
}

function Stopped({ state, may }: { state: SampleState; may: boolean }) {
  const { change, pending } = useChange(resumeSample, { onDone: refreshSample })
  return (
    <>
      <Text mt="xs">{tell(state.failure_sentence, state.failure ?? t('data.sample.cancelled'))}</Text>
      {may && (
        <Group mt="sm">
          <Button size="xs" loading={pending} onClick={() => change({})}>
            {t('data.sample.resume')}
          </Button>
        </Group>
      )}
    </>
  )
}
