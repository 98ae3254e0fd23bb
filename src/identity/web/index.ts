import { IconBinaryTree2, IconBuilding, IconKey, IconUsersGroup } from '@tabler/icons-react'
import type { AreaWeb } from '../../core/web/area-web.ts'
import en from './en.json' with { type: 'json' }

export { takeBeginning } from './beginning.ts'
export { countryChoices } from './PlaceFields.tsx'
export { SessionGate } from './SessionGate.tsx'
export { useSession } from './session.ts'

export const identityWeb: AreaWeb = {
  name: 'identity',
  english: en,
  german: () => import('./de.json'),
  pages: [
    { path: '/sign-in', page: () => import('./SignInPage.tsx'), shell: 'bare' },
    { path: '/set-up', page: () => import('./SetUpPage.tsx'), shell: 'bare' },
    { path: '/join', page: () => import('./JoinPage.tsx'), shell: 'bare' },
    { path: '/forgotten-password', page: () => import('./ForgottenPage.tsx'), shell: 'bare' },
    { path: '/account', page: () => import('./AccountPage.tsx') },
    { path: '/workspaces/new', page: () => import('./NewWorkspacePage.tsx') },
    {
      path: '/settings/workspace',
      page: () => import('./WorkspacePage.tsx'),
      nav: {
        label: 'identity.nav.workspace',
        icon: IconBuilding,
        order: 900,
        section: 'settings',
        permission: 'workspace.manage',
      },
    },
    {
      path: '/settings/members',
      page: () => import('./MembersPage.tsx'),
      nav: { label: 'identity.member.title', icon: IconUsersGroup, order: 910, section: 'settings' },
    },
    {
      path: '/settings/teams',
      page: () => import('./TeamsPage.tsx'),
      nav: { label: 'identity.team.title', icon: IconBinaryTree2, order: 915, section: 'settings' },
    },
    {
      path: '/settings/keys',
      page: () => import('./KeysPage.tsx'),
      nav: {
        label: 'identity.key.title',
        icon: IconKey,
        order: 920,
        section: 'settings',
        permission: 'keys.manage',
      },
    },
  ],
  slots: [
    { slot: 'shell.workspace', order: 0, view: () => import('./WorkspaceMenu.tsx') },
    { slot: 'shell.account', order: 0, view: () => import('./AccountMenu.tsx') },
  ],
}
