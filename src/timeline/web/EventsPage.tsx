import { Badge, Button, Code, Table, Tabs, Text } from '@mantine/core'
import { IconBroadcast, IconCircleCheck } from '@tabler/icons-react'
import type { Reply } from '../../core/endpoint.ts'
import { formatNumber } from '../../core/web/format.ts'
import { t, tell, tKnown } from '../../core/web/i18n.ts'
import { useLive } from '../../core/web/live.ts'
import { Link, useGo, useSearchParams } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { NoValue, RelativeTime } from '../../ui/values.tsx'
import { listEvents } from '../events.contract.ts'
import { channelName, kindName, sourceName, titleOf } from './channels.tsx'
import { FirstEvent } from './FirstEvent.tsx'
import classes from './Timeline.module.css'

type Events = Reply<typeof listEvents>

/** What a developer looks at while connecting a source. */
export default function EventsPage() {
  const [search, set] = useSearchParams()
  const events = useEndpoint(listEvents, { query: { limit: 100 } }, { refetch_ms: 5000 })
  useLive(['interaction'], () => void events.refetch())
  const { data } = events
  return (
    <Page title={t('timeline.events.title')} subtitle={t('timeline.events.subtitle')}>
      {events.error && !data && <ErrorState error={events.error} onRetry={() => void events.refetch()} />}
      {data && (
        <Tabs value={search['tab'] ?? 'accepted'} onChange={tab => set({ tab }, { replace: true })}>
          <Tabs.List mb="md">
            <Tabs.Tab value="accepted">{t('timeline.events.accepted')}</Tabs.Tab>
            <Tabs.Tab
              value="rejected"
              rightSection={
                data.rejected.length > 0 && <Badge color="clay">{formatNumber(data.rejected.length)}</Badge>
              }
            >
              {t('timeline.events.rejected')}
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="accepted">
            {data.accepted.length ? <Accepted events={data.accepted} /> : <NoneYet />}
          </Tabs.Panel>
          <Tabs.Panel value="rejected">
            {data.rejected.length ? <Rejected events={data.rejected} /> : <NoneRefused />}
          </Tabs.Panel>
        </Tabs>
      )}
    </Page>
  )
}

function NoneYet() {
  const can = useCan()
  const go = useGo()
  return (
    <>
      <EmptyState
        icon={IconBroadcast}
        title={t('timeline.events.noneTitle')}
        action={
          can('keys.manage') && (
            <Button onClick={() => go('/settings/keys')}>{t('timeline.events.noneGo')}</Button>
          )
        }
      >
        {t('timeline.events.noneText')}
      </EmptyState>
      <FirstEvent />
    </>
  )
}

const NoneRefused = () => (
  <EmptyState icon={IconCircleCheck} title={t('timeline.events.cleanTitle')}>
    {t('timeline.events.cleanText')}
  </EmptyState>
)

/** There is no room for it on a phone. */
const wide = { visibleFrom: 'xs' }

const headOf = (names: readonly string[]) => (
  <Table.Thead>
    <Table.Tr>
      {names.map(name => (
        <Table.Th key={name} {...(name === 'source' ? wide : {})}>
          {t(`timeline.events.${name}`)}
        </Table.Th>
      ))}
    </Table.Tr>
  </Table.Thead>
)

/** On a phone the table is wider than the screen: it scrolls by keyboard too. */
const scrolls = (which: 'accepted' | 'rejected') => ({
  viewportProps: { tabIndex: 0, role: 'region', 'aria-label': t(`timeline.events.${which}`) },
})

function Accepted({ events }: { events: Events['accepted'] }) {
  return (
    <Table.ScrollContainer minWidth={340} scrollAreaProps={scrolls('accepted')}>
      <Table verticalSpacing="xs">
        {headOf(['name', 'who', 'source', 'at'])}
        <Table.Tbody>
          {events.map(event => (
            <Table.Tr key={event.id}>
              <Table.Td>
                {titleOf(event)}
                <Text size="xs" c="dimmed">
                  {event.name ? kindName(event.kind) : channelName(event.channel)}
                </Text>
              </Table.Td>
              <Table.Td>
                {event.identifiers.map(({ type, value }) => (
                  <Who key={`${type} ${value}`} type={type} value={value} />
                ))}
              </Table.Td>
              <Table.Td {...wide}>{event.source === null ? <NoValue /> : sourceName(event.source)}</Table.Td>
              <Table.Td className={classes.instant}>
                <RelativeTime at={event.received_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** An identifier as it came; one of ours leads to its page. */
function Who({ type, value }: { type: string; value: string }) {
  const page = { person: '/people', company: '/companies' }[type]
  return (
    <Text size="sm" className={classes.who}>
      <Text span c="dimmed" size="sm">
        {tKnown(page ? `customers.${type}` : `customers.identifier.type.${type}`, type)}
      </Text>{' '}
      {page ? <Link to={`${page}/${value}`}>{value.slice(-12)}</Link> : value}
    </Text>
  )
}

function Rejected({ events }: { events: Events['rejected'] }) {
  return (
    <Table.ScrollContainer minWidth={640} scrollAreaProps={scrolls('rejected')}>
      <Table verticalSpacing="xs">
        {headOf(['reason', 'sample', 'message', 'at'])}
        <Table.Tbody>
          {events.map(event => (
            <Table.Tr key={event.id}>
              <Table.Td>
                {tell(event.sentence, event.detail)}
                <Text size="xs" c="dimmed">
                  {event.code}
                </Text>
              </Table.Td>
              <Table.Td maw={360}>
                <Code block>{event.sample}</Code>
              </Table.Td>
              <Table.Td>{event.message_id}</Table.Td>
              <Table.Td>
                <RelativeTime at={event.received_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
