import { IconHome } from '@tabler/icons-react'
import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { t, tKnown } from '../core/web/i18n.ts'
import { useGo, usePath } from '../core/web/navigation.tsx'
import { useCan } from '../core/web/rights.ts'
import { Slot } from '../core/web/slots.tsx'
import { SessionGate } from '../identity/web/index.ts'
import { AppShell } from '../ui/AppShell.tsx'
import { type Command, useCommands } from '../ui/palette/commands.ts'
import { useShortcuts } from '../ui/palette/shortcuts.ts'
import { WaitingChanges } from '../ui/WaitingChanges.tsx'
import { areas } from './areas.ts'
import { ForbiddenPage, WaitingPage } from './edge-pages.tsx'

const loadPalette = () => import('../ui/palette/Palette.tsx')
const loadHelp = () => import('../ui/palette/ShortcutHelp.tsx')
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }))
const ShortcutHelp = lazy(async () => ({ default: (await loadHelp()).ShortcutHelp }))

type Overlay = 'palette' | 'search' | 'help' | null

/** Every page but those for people who are not inside yet. */
export function AppFrame() {
  return (
    <SessionGate>
      <Frame />
    </SessionGate>
  )
}

/** What stands around every page: navigation, palette, shortcuts. */
function Frame() {
  const [overlay, setOverlay] = useState<Overlay>(null)
  const go = useGo()
  const items = useNavigation()
  // Not part of the first screen, but there before anybody can press a key twice.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), 250)
    return () => clearTimeout(timer)
  }, [])
  const close = useCallback(() => setOverlay(null), [])
  useShortcuts({
    onPalette: () => setOverlay(now => (now === 'palette' ? null : 'palette')),
    onSearch: () => setOverlay('search'),
    onHelp: () => setOverlay('help'),
  })
  useCommands(useNavigationCommands(items))
  const forbidden = useForbidden()
  const can = useCan()
  const sources = useMemo(
    () => areas.flatMap(area => area.searches ?? []).filter(source => can(source.permission)),
    [can],
  )
  return (
    <AppShell
      items={items}
      renderWorkspace={collapsed => <Slot name="shell.workspace" collapsed={collapsed} />}
      renderAccount={collapsed => <Slot name="shell.account" collapsed={collapsed} />}
      onSearch={() => setOverlay('palette')}
    >
      <WaitingChanges />
      <Suspense fallback={<WaitingPage />}>
        {forbidden ? <ForbiddenPage label={forbidden} /> : <Outlet />}
      </Suspense>
      <Suspense fallback={null}>
        {(overlay === 'palette' || overlay === 'search') && (
          <Palette
            opened
            mode={overlay === 'search' ? 'search' : 'all'}
            sources={sources}
            onGo={go}
            onClose={close}
          />
        )}
        {overlay === 'help' && <ShortcutHelp opened onClose={close} />}
      </Suspense>
    </AppShell>
  )
}

const home = {
  to: '/',
  label: 'ui.nav.home',
  icon: IconHome,
  section: 'main' as const,
  order: 0,
  keys: 'g h',
}

/** What the page is called, if its address was typed by somebody who is not led there. */
function useForbidden(): string | undefined {
  const can = useCan()
  const pathname = usePath()
  const pages = areas.flatMap(area => area.pages ?? [])
  const page = pages.find(({ path }) => path === pathname)
  const needed = page?.permission ?? page?.nav?.permission
  if (needed === undefined || can(needed)) return undefined
  // A page below one of the navigation is called as that is.
  return pages.find(({ path, nav }) => nav && `${pathname}/`.startsWith(`${path}/`))?.nav?.label
}

function useNavigation() {
  const can = useCan()
  return useMemo(() => {
    const pages = areas.flatMap(area => area.pages ?? [])
    const entries = pages.flatMap(({ path, nav }) =>
      nav && can(nav.permission) ? [{ ...nav, to: path, section: nav.section ?? ('main' as const) }] : [],
    )
    return [home, ...entries].toSorted((one, other) => one.order - other.order)
  }, [can])
}

function useNavigationCommands(items: ReturnType<typeof useNavigation>): Command[] {
  const go = useGo()
  return items.map(item => ({
    id: `go ${item.to}`,
    label: t('ui.keys.goTo', { page: tKnown(item.label) }),
    group: t('ui.palette.goTo'),
    ...('keys' in item && item.keys ? { keys: item.keys } : {}),
    run: () => go(item.to),
  }))
}
