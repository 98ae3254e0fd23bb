import { IconForms, IconTags } from '@tabler/icons-react'
import type { AreaWeb } from '../../core/web/area-web.ts'
import { call } from '../../core/web/call.ts'
import { t } from '../../core/web/i18n.ts'
import { findKind } from '../kind.contract.ts'
import { listRecent } from '../recent.contract.ts'
import { searchRecords } from '../records.contract.ts'
import { recordAddress } from './catalogue.ts'

export { actorText } from './actors.ts'
export { labelText, recordAddress } from './catalogue.ts'
export { FieldText, MergeTold, useFieldLabels } from './FieldText.tsx'
export { useTitles } from './names.ts'
export { RecordFields } from './RecordFields.tsx'
export { RecordHistory, type TieTellerProps } from './RecordHistory.tsx'
export { RecordList } from './RecordList.tsx'
export { DeleteRecord } from './RecordPanel.tsx'
export { RecordPicker } from './RecordPicker.tsx'
export { RecordTitle } from './RecordTitle.tsx'
export { countryName } from './RecordValue.tsx'
export { useViewed } from './recent.ts'
export { titleOf, useRecord } from './record.ts'

export const recordsWeb: AreaWeb = {
  name: 'records',
  english: () => import('./en.json'),
  german: () => import('./de.json'),
  pages: [
    {
      path: '/settings/fields',
      page: () => import('./FieldsPage.tsx'),
      nav: {
        label: 'records.nav.fields',
        icon: IconForms,
        order: 30,
        section: 'settings',
        permission: 'fields.manage',
      },
    },
    {
      path: '/settings/tags',
      page: () => import('./tags/TagsPage.tsx'),
      nav: {
        label: 'records.tags.title',
        icon: IconTags,
        order: 31,
        section: 'settings',
        permission: 'fields.manage',
      },
    },
  ],
  slots: [
    { slot: 'home.card', order: 40, permission: 'records.read', view: () => import('./RecentCard.tsx') },
  ],
  searches: [
    {
      id: 'records',
      label: 'records.nav.search',
      permission: 'records.read',
      recent: {
        label: 'records.recent.title',
        async run(signal) {
          const { items } = await call(listRecent, {}, { signal })
          return items.flatMap(({ kind: name, id, title }) => {
            const kind = findKind(name)
            const label = title || t('records.value.unnamed')
            return kind ? [{ id, label, to: recordAddress(kind, id) }] : []
          })
        },
      },
      async run(text, signal) {
        const { items } = await call(searchRecords, { query: { q: text, limit: 6 } }, { signal })
        return items.flatMap(item => {
          const kind = findKind(item.kind)
          if (!kind) return []
          return [
            {
              id: item.id,
              label: item.title || t('records.value.unnamed'),
              ...(item.detail === null ? {} : { hint: item.detail }),
              to: recordAddress(kind, item.id),
            },
          ]
        })
      },
    },
  ],
}
