import { Button, Group, Select, Skeleton, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconHistory, IconSearch, IconZoomQuestion } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { SlotProps } from '../../core/web/area-web.ts'
import { t } from '../../core/web/i18n.ts'
import { useSearchParams } from '../../core/web/navigation.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { channels, timelineParts } from '../timeline.contract.ts'
import { channelName, kindName, kinds } from './channels.tsx'
import { Feed } from './Feed.tsx'
import { withBursts } from './groups.ts'
import classes from './Timeline.module.css'
import { useTimeline } from './use-timeline.ts'

const part = 'only '
const choices = () => [
  ...timelineParts.map(value => ({ value: `${part}${value}`, label: t(`timeline.part.${value}`) })),
  ...[...kinds, 'change'].map(value => ({ value, label: kindName(value) })),
]
const chosen = (value: string | null) =>
  value?.startsWith(part) ? { only: value.slice(part.length), kind: null } : { only: null, kind: value }

/** Both logs of a customer in one list, newest first; what happens while it is open appears by itself. */
export default function RecordTimeline({ kind, id }: SlotProps) {
  const [search, setSearch] = useSearchParams()
  const channel = channels.find(one => one === search['channel'])
  const only = timelineParts.find(one => one === search['only'])
  const wanted = only ? undefined : search['kind']
  const [typed, setTyped] = useState('')
  const [text] = useDebouncedValue(typed.trim(), 250)
  const query = {
    ...(channel ? { channel } : {}),
    ...(only ? { only } : {}),
    ...(wanted ? { kind: wanted } : {}),
    ...(text ? { text } : {}),
  }
  const list = useTimeline({ kind, id, query })
  const entries = useMemo(() => withBursts(list.items), [list.items])
  const narrowed = Boolean(channel || only || wanted || text)
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
          value={channel ?? null}
          onChange={value => setSearch({ channel: value }, { replace: true })}
        />
        <Select
          className={classes.choice}
          aria-label={t('timeline.kindFilter')}
          placeholder={t('timeline.allKinds')}
          clearable
          data={choices()}
          value={only ? `${part}${only}` : (wanted ?? null)}
          onChange={value => setSearch(chosen(value), { replace: true })}
        />
      </Group>
      {list.is_loading && <Skeleton height={220} />}
      {list.error && list.items.length === 0 && <ErrorState error={list.error} onRetry={list.refetch} />}
      {!list.is_loading && !list.error && list.items.length === 0 && !list.has_more && (
        <NothingYet narrowed={narrowed} />
      )}
      {entries.length > 0 && (
        <Feed
          key={id}
          label={t('timeline.tab')}
          kind={kind}
          id={id}
          entries={entries}
          // What failed is asked for again by hand.
          hasMore={list.has_more && !list.error}
          loading={list.is_loading_more}
          onMore={list.more}
        />
      )}
      {list.has_more && list.items.length > 0 && (
        <Button
          variant="default"
          size="xs"
          className={classes.earlier}
          loading={list.is_loading_more}
          onClick={list.more}
        >
          {t('timeline.earlier')}
        </Button>
      )}
      {list.error && list.items.length > 0 && (
        <ErrorState compact error={list.error} onRetry={list.refetch} />
      )}
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
