import { IconFileImport } from '@tabler/icons-react'
import type { AreaWeb } from '../../core/web/area-web.ts'

export { SamplePanel } from './sample/SamplePanel.tsx'
export { useLoadSample, useSample } from './sample/use-sample.ts'

export const dataWeb: AreaWeb = {
  name: 'data',
  english: () => import('./en.json'),
  german: () => import('./de.json'),
  pages: [
    {
      path: '/imports',
      page: () => import('./ImportsPage.tsx'),
      nav: { label: 'data.nav', icon: IconFileImport, order: 80, permission: 'imports.run' },
    },
    { path: '/imports/new', permission: 'imports.run', page: () => import('./ImportWizardPage.tsx') },
    { path: '/found', page: () => import('./FoundPage.tsx') },
    { path: '/found/$finding', page: () => import('./FindingPage.tsx') },
    { path: '/imports/$import_id', page: () => import('./ImportPage.tsx') },
  ],
}
