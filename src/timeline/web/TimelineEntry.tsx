import { Badge, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconMoodNeutral, IconMoodSad, IconMoodSmile, IconPencil } from '@tabler/icons-react'
import { memo, useId, useState } from 'react'
import { formatDateTime, formatNumber, formatTime } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { RelationsTold } from '../../customers/web/index.ts'
import { actorText } from '../../records/web/index.ts'
import { Money } from '../../ui/values.tsx'
import { ChangedFields } from './ChangedFields.tsx'
import { ChannelIcon, channelName, kindName, titleOf } from './channels.tsx'
import type { Burst, Changed, Entry, Interacted } from './groups.ts'
import { Properties } from './Properties.tsx'
import classes from './Timeline.module.css'

interface TimelineEntryProps {
  entry: Entry
  /** Whose timeline it is. */
  kind: string
  id: string
}

export const TimelineEntry = memo(function TimelineEntry({ entry, kind, id }: TimelineEntryProps) {
  if (entry.type === 'burst') return <BurstEntry burst={entry} />
  if (entry.type === 'change') return <ChangeEntry change={entry} kind={kind} id={id} />
  return <InteractionEntry item={entry} />
})

function InteractionEntry({ item }: { item: Interacted }) {
  const facts = Object.keys(item.properties).length > 0
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <div className={classes.entry}>
      <span className={classes.icon} aria-hidden>
        <ChannelIcon channel={item.channel} />
      </span>
      <div className={classes.what}>
        <div className={classes.line}>
          <span className={classes.title}>{titleOf(item)}</span>
          <Worth item={item} />
        </div>
        {item.text && <p className={classes.words}>{item.text}</p>}
        <div className={classes.meta}>
          <span>{metaOf(item)}</span>
          {facts && (
            <UnstyledButton
              className={classes.more}
              aria-expanded={open}
              aria-controls={id}
              onClick={() => setOpen(!open)}
            >
              {t('timeline.details')}
              <IconChevronDown size={14} aria-hidden data-open={open || undefined} />
            </UnstyledButton>
          )}
        </div>
        {facts && open && <Properties id={id} properties={item.properties} />}
      </div>
      <time className={classes.time} dateTime={item.at} title={formatDateTime(item.at)}>
        {formatTime(item.at)}
      </time>
    </div>
  )
}

/** These can only come from the customer. */
const oneWay = new Set(['page_view', 'screen_view', 'event', 'identify', 'group', 'answer', 'rating'])

const metaOf = ({ channel, direction, source, kind, name }: Interacted): string =>
  [
    channelName(channel),
    name ? kindName(kind) : undefined,
    direction && !oneWay.has(kind) ? t(`timeline.direction.${direction}`) : undefined,
    // How it came in by itself says nothing; the name of another system does.
    source && !['key', 'survey', 'import'].includes(source) ? source : undefined,
  ]
    .filter((one, index, all) => one !== undefined && all.indexOf(one) === index)
    .join(' · ')

/** Money, score and feeling: what an interaction was worth to either side. */
function Worth({ item: { amount_minor, currency, score, feeling } }: { item: Interacted }) {
  return (
    <span className={classes.worth}>
      {score !== null && <Badge color="gray">{t('timeline.score', { score: formatNumber(score) })}</Badge>}
      {feeling !== null && <Feeling feeling={feeling} />}
      {amount_minor !== null && (
        <span className={classes.money} data-minus={amount_minor < 0 || undefined}>
          <Money amount_minor={amount_minor} currency={currency} />
        </span>
      )}
    </span>
  )
}

function Feeling({ feeling }: { feeling: number }) {
  const mood = feeling > 0.2 ? 'good' : feeling <= -0.2 ? 'bad' : 'fair'
  const Icon = { good: IconMoodSmile, fair: IconMoodNeutral, bad: IconMoodSad }[mood]
  const label = t(`timeline.feeling.${mood}`, { value: formatNumber(feeling, { signDisplay: 'exceptZero' }) })
  return (
    <span className={classes.feeling} data-mood={mood} title={label} role="img" aria-label={label}>
      <Icon size={18} stroke={1.7} aria-hidden />
    </span>
  )
}

function BurstEntry({ burst: { items } }: { burst: Burst }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const [first] = items
  const last = items.at(-1)
  if (!first || !last) return null
  return (
    <div className={classes.entry}>
      <span className={classes.icon} data-heap aria-hidden>
        <ChannelIcon channel={first.channel} />
      </span>
      <div className={classes.what}>
        <UnstyledButton
          className={classes.heap}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <span className={classes.title}>{burstTitle(first.kind, items.length)}</span>
          <IconChevronDown size={16} aria-hidden data-open={open || undefined} />
        </UnstyledButton>
        {!open && <div className={classes.meta}>{namesOf(items)}</div>}
        {open && (
          <ol id={id} className={classes.inner}>
            {items.map(item => (
              <li key={item.id}>
                <span>{titleOf(item)}</span>
                <time dateTime={item.at}>{formatTime(item.at)}</time>
              </li>
            ))}
          </ol>
        )}
      </div>
      <span className={classes.time}>
        {formatTime(last.at)} – {formatTime(first.at)}
      </span>
    </div>
  )
}

function burstTitle(kind: string, count: number): string {
  const n = formatNumber(count)
  return ['page_view', 'screen_view', 'message'].includes(kind)
    ? t(`timeline.burst.${kind}`, { count, n })
    : t('timeline.burst.event', { count, n })
}

function namesOf(items: readonly Interacted[]): string {
  const names = [...new Set(items.flatMap(({ name }) => name ?? []))]
  const shown = names.slice(0, 4).join(', ')
  return names.length > 4 ? `${shown} …` : shown
}

function ChangeEntry({ change, kind, id }: { change: Changed; kind: string; id: string }) {
  const [actorKind = '', actorId = ''] = change.actor?.split(':') ?? []
  const actor = actorText(change.actor ? { kind: actorKind, id: actorId, name: change.actor_name } : null)
  return (
    <div className={classes.entry}>
      <span className={classes.icon} data-ours aria-hidden>
        <IconPencil size={15} stroke={1.7} />
      </span>
      <div className={classes.what}>
        <span className={classes.quiet}>{t(`timeline.change.${change.op}`, { actor })}</span>
        {change.op === 'update' && change.fields.length > 0 && (
          <ChangedFields fields={change.fields} kind={kind} />
        )}
        {change.ties.length > 0 && (
          <ul className={classes.fields}>
            <RelationsTold kind={kind} id={id} ties={change.ties} />
          </ul>
        )}
      </div>
      <time className={classes.time} dateTime={change.at} title={formatDateTime(change.at)}>
        {formatTime(change.at)}
      </time>
    </div>
  )
}
