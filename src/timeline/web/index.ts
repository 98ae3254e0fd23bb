import { IconActivity, IconBroadcast } from '@tabler/icons-react'
import type { AreaWeb } from '../../core/web/area-web.ts'

export { interactionsPath } from './interactions-query.ts'

export const timelineWeb: AreaWeb = {
  name: 'timeline',
  english: () => import('./en.json'),
  german: () => import('./de.json'),
  pages: [
    {
      path: '/interactions',
      page: () => import('./InteractionsPage.tsx'),
      nav: {
        label: 'timeline.nav.interactions',
        icon: IconActivity,
        order: 40,
        permission: 'records.read',
        keys: 'g i',
      },
    },
    {
      path: '/settings/events',
      page: () => import('./EventsPage.tsx'),
      nav: {
        label: 'timeline.nav.events',
        icon: IconBroadcast,
        order: 940,
        section: 'settings',
        permission: 'events.read',
      },
    },
  ],
  slots: [
    {
      slot: 'record.tab',
      order: 10,
      label: 'timeline.tab',
      for: ['person', 'company'],
      view: () => import('./RecordTimeline.tsx'),
    },
    { slot: 'record.numbers', order: 10, for: ['person'], view: () => import('./TimelineNumbers.tsx') },
  ],
}
