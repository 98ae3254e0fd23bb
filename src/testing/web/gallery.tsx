import '../../ui/ui.css'
import '@mantine/core/styles.layer.css'
import { MantineProvider } from '@mantine/core'
import { IconHome, IconUsers } from '@tabler/icons-react'
import { createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { startStrings } from '../../core/web/i18n.ts'
import { useGo } from '../../core/web/navigation.tsx'
import { AppShell } from '../../ui/AppShell.tsx'
import ui from '../../ui/en.json' with { type: 'json' }
import { useCommands } from '../../ui/palette/commands.ts'
import { Palette } from '../../ui/palette/Palette.tsx'
import { ShortcutHelp } from '../../ui/palette/ShortcutHelp.tsx'
import { useShortcuts } from '../../ui/palette/shortcuts.ts'
import { makeTheme, variables } from '../../ui/theme.ts'
import { Toasts } from '../../ui/toast.tsx'
import { FieldsPage } from './FieldsPage.tsx'
import { PartsPage } from './PartsPage.tsx'
import { TablePage } from './TablePage.tsx'

// Every component of ui/ without a server: what the tests of ui/ open, and where to look while changing one.

startStrings('en', { en: { ui } })

const items = [
  { to: '/parts', label: 'Parts', icon: IconHome, section: 'main' as const },
  { to: '/table', label: 'Table', icon: IconUsers, section: 'main' as const },
  { to: '/fields', label: 'Fields', icon: IconUsers, section: 'main' as const },
]
const sources = [
  {
    id: 'records',
    label: 'Records',
    run: async (text: string) => [{ id: '1', label: `Found ${text}`, hint: 'a hint', to: '/fields' }],
  },
]

function Frame() {
  const [overlay, setOverlay] = useState<'palette' | 'search' | 'help' | null>(null)
  const go = useGo()
  const close = useCallback(() => setOverlay(null), [])
  useShortcuts({
    onPalette: () => setOverlay('palette'),
    onSearch: () => setOverlay('search'),
    onHelp: () => setOverlay('help'),
  })
  useCommands(
    items.map(item => ({
      id: item.to,
      label: `Go to ${item.label}`,
      keys: `g ${item.label[0]?.toLowerCase()}`,
      run: () => go(item.to),
    })),
  )
  return (
    <AppShell
      items={items}
      renderWorkspace={collapsed => (collapsed ? null : <b>Workspace</b>)}
      renderAccount={collapsed => (collapsed ? null : <span>Account</span>)}
      onSearch={() => setOverlay('palette')}
    >
      <Outlet />
      <Palette
        opened={overlay === 'palette' || overlay === 'search'}
        mode={overlay === 'search' ? 'search' : 'all'}
        sources={sources}
        onGo={go}
        onClose={close}
      />
      <ShortcutHelp opened={overlay === 'help'} onClose={close} />
    </AppShell>
  )
}

const root = createRootRoute({ component: Frame })
const page = (path: string, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => root, path, component })
const router = createRouter({
  routeTree: root.addChildren([
    page('/parts', PartsPage),
    page('/table', TablePage),
    page('/fields', FieldsPage),
  ]),
  parseSearch: text => Object.fromEntries(new URLSearchParams(text)),
})

const place = document.getElementById('root')
if (place) {
  createRoot(place).render(
    <MantineProvider
      theme={makeTheme()}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={() => document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''}
    >
      <Toasts />
      <RouterProvider router={router} />
    </MantineProvider>,
  )
}
