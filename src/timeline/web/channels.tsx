import {
  IconApi,
  IconBuildingStore,
  IconCircleDotted,
  IconDeviceMobile,
  IconMail,
  IconMessage,
  IconMessage2,
  IconMessageQuestion,
  IconPackage,
  IconPhone,
  IconShare,
  IconShoppingBag,
  IconUsers,
  IconWorld,
} from '@tabler/icons-react'
import { type ComponentType, createElement } from 'react'
import { t, tKnown } from '../../core/web/i18n.ts'

type Icon = ComponentType<{ size?: number | string; stroke?: number | string }>

const icons: Record<string, Icon> = {
  web: IconWorld,
  app: IconDeviceMobile,
  email: IconMail,
  phone: IconPhone,
  chat: IconMessage,
  sms: IconMessage2,
  shop: IconShoppingBag,
  post: IconPackage,
  social: IconShare,
  in_person: IconUsers,
  partner: IconBuildingStore,
  survey: IconMessageQuestion,
  api: IconApi,
}

export const ChannelIcon = ({ channel }: { channel: string }) =>
  createElement(icons[channel] ?? IconCircleDotted, { size: 16, stroke: 1.7 })

/** Kinds are an open list: one that has no word here is shown as it came. */
function wordOf(place: string, value: string): string {
  const key = `timeline.${place}.${value}`
  const found = tKnown(key)
  if (found !== key) return found
  const plain = value.replaceAll(/[_.-]+/g, ' ')
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}
export const channelName = (channel: string): string => wordOf('channel', channel)
export const kindName = (kind: string): string => wordOf('kind', kind)
/** Other systems are called as they call themselves. */
export const sourceName = (source: string): string => tKnown(`timeline.source.${source}`, source)

export function titleOf({ kind, name }: { kind: string; name: string | null }): string {
  if (!name) return kindName(kind)
  return kind === 'page_view' || kind === 'screen_view' ? t(`timeline.named.${kind}`, { name }) : name
}

/** Those that a list can be narrowed to; the kinds themselves are an open list. */
export const kinds = [
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
]
