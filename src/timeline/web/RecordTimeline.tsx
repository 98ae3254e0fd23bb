import { Button, Group, Select, Skeleton, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue, useThrottledCallback } from '@mantine/hooks'
import { IconHistory, IconSearch, IconZoomQuestion } from '@tabler/icons-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { SlotProps } from '../../core/web/area-web.ts'
import { formatDay } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { concerns, useLive } from '../../core/web/live.ts'
import { invalidate, useInfinite } from '../../core/web/query.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { channels, companyTimeline, personSummary, personTimeline } from '../timeline.contract.ts'
import { channelName, kindName } from './channels.tsx'
import { byDay, withBursts } from './groups.ts'
import classes from './Timeline.module.css'
import { TimelineEntry } from './TimelineEntry.tsx'

const kinds = [
  'page_view',
  'event',
  'purchase',
  'refund',
  'call',
  'message',
  'meeting',
  'delivery',
  'answer',
  'rating',
  'note',
  'change',
]

/** Both logs of a customer in one list, newest first; what happens while it is open appears by itself. */
export default function RecordTimeline({ kind, id }: SlotProps) {
  const [channel, setChannel] = useState<string | null>(null)
  const [wanted, setWanted] = useState<string | null>(null)
  const [typed, setTyped] = useState('')
  const [text] = useDebouncedValue(typed.trim(), 250)
  const query = {
    limit: 60,
    ...(channel ? { channel: channel as (typeof channels)[number] } : {}),
    ...(wanted ? { kind: wanted } : {}),
    ...(text ? { text } : {}),
  }
  const endpoint = kind === 'company' ? companyTimeline : personTimeline
  const list = useInfinite(endpoint, { params: { id }, query }, { keep: true })
  // A busy customer must not make us ask ten times a second.
  const ask = useThrottledCallback(() => void invalidate([endpoint, personSummary]), 400)
  useLive(['interaction', 'change'], event => {
    if (concerns(event, kind, id)) ask()
  })
  const days = useMemo(() => byDay(withBursts(list.items), formatDay), [list.items])
  const narrowed = Boolean(channel || wanted || text)
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <TextInput
          className={classes.search}
          aria-label={t('timeline.search')}
          placeholder={t('timeline.search')}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
        />
        <Select
          className={classes.choice}
          aria-label={t('timeline.channelFilter')}
          placeholder={t('timeline.allChannels')}
          clearable
          data={channels.map(value => ({ value, label: channelName(value) }))}
          value={channel}
          onChange={setChannel}
        />
        <Select
          className={classes.choice}
          aria-label={t('timeline.kindFilter')}
          placeholder={t('timeline.allKinds')}
          clearable
          data={kinds.map(value => ({ value, label: kindName(value) }))}
          value={wanted}
          onChange={setWanted}
        />
      </Group>
      {list.is_loading && <Skeleton height={220} />}
      {list.error && list.items.length === 0 && <ErrorState error={list.error} onRetry={list.refetch} />}
      {!list.is_loading && !list.error && list.items.length === 0 && !list.has_more && (
        <NothingYet narrowed={narrowed} />
      )}
      {days.map(({ day, entries }) => (
        <section key={`${day} ${entries[0]?.id}`} aria-label={day}>
          <h3 className={classes.day}>{day}</h3>
          <ol className={classes.entries}>
            {entries.map(entry => (
              <TimelineEntry key={`${entry.type} ${entry.id}`} entry={entry} kind={kind} />
            ))}
          </ol>
        </section>
      ))}
      <Earlier shown={list.has_more} loading={list.is_loading_more} onMore={list.more} />
    </Stack>
  )
}

function NothingYet({ narrowed }: { narrowed: boolean }) {
  return narrowed ? (
    <EmptyState icon={IconZoomQuestion} title={t('timeline.noneFound')}>
      {t('timeline.noneFoundText')}
    </EmptyState>
  ) : (
    <EmptyState icon={IconHistory} title={t('timeline.none')}>
      {t('timeline.noneText')}
    </EmptyState>
  )
}

/** The end of what is there: reached by scrolling it asks for more, and it is a button too. */
function Earlier({ shown, loading, onMore }: { shown: boolean; loading: boolean; onMore: () => void }) {
  const place = useRef<HTMLDivElement>(null)
  const more = useRef(onMore)
  useEffect(() => {
    more.current = onMore
  })
  useEffect(() => {
    const target = place.current
    if (!target || !shown || loading) return undefined
    const observer = new IntersectionObserver(
      ([end]) => {
        if (end?.isIntersecting) more.current()
      },
      { rootMargin: '600px' },
    )
    observer.observe(target)
    return () => observer.disconnect()
  }, [shown, loading])
  if (!shown) return null
  return (
    <div ref={place}>
      <Button variant="default" size="xs" loading={loading} onClick={onMore}>
        {t('timeline.earlier')}
      </Button>
    </div>
  )
}
