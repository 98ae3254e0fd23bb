import { IconBuildingSkyscraper, IconGitMerge, IconUsers } from '@tabler/icons-react'
import type { AreaWeb } from '../../core/web/area-web.ts'

export { MergeDialog } from './MergeDialog.tsx'
export { personMerge } from './mergeable.ts'
export { NumberTile } from './NumberTile.tsx'
export { RelationsTold } from './relations/RelationTold.tsx'

export const customersWeb: AreaWeb = {
  name: 'customers',
  english: () => import('./en.json'),
  german: () => import('./de.json'),
  pages: [
    {
      path: '/people',
      page: () => import('./PeoplePage.tsx'),
      nav: {
        label: 'customers.nav.people',
        icon: IconUsers,
        order: 20,
        permission: 'records.read',
        keys: 'g p',
      },
    },
    { path: '/people/$person_id', page: () => import('./PersonPage.tsx') },
    {
      path: '/companies',
      page: () => import('./CompaniesPage.tsx'),
      nav: {
        label: 'customers.nav.companies',
        icon: IconBuildingSkyscraper,
        order: 30,
        permission: 'records.read',
        keys: 'g c',
      },
    },
    { path: '/companies/$company_id', page: () => import('./CompanyPage.tsx') },
    {
      path: '/reviews',
      page: () => import('./ReviewsPage.tsx'),
      nav: {
        label: 'customers.nav.reviews',
        icon: IconGitMerge,
        order: 80,
        permission: 'records.merge',
        keys: 'g r',
      },
    },
  ],
}
