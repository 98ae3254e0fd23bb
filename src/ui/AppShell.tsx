import { ActionIcon, Kbd, Tooltip, UnstyledButton } from '@mantine/core'
import { useDisclosure, useLocalStorage } from '@mantine/hooks'
import {
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconMenu2,
  IconSearch,
} from '@tabler/icons-react'
import { type ComponentType, lazy, type ReactNode, Suspense } from 'react'
import { t, tKnown } from '../core/web/i18n.ts'
import { Link, usePath } from '../core/web/navigation.tsx'
import classes from './AppShell.module.css'
import mark from './mark.svg'

const NavDrawer = lazy(() => import('./NavDrawer.tsx'))

export interface NavItem {
  to: string
  label: string
  icon: ComponentType<{ size?: number | string; stroke?: number | string }>
  section: 'main' | 'settings'
}

interface AppShellProps {
  items: readonly NavItem[]
  renderWorkspace: (collapsed: boolean) => ReactNode
  renderAccount: (collapsed: boolean) => ReactNode
  onSearch: () => void
  children: ReactNode
}

/** Navigation on the left, narrow on wish; on a phone a bar at the bottom and the rest behind it. */
export function AppShell({ items, renderWorkspace, renderAccount, onSearch, children }: AppShellProps) {
  const [collapsed, setCollapsed] = useLocalStorage({ key: 'rapport-nav-narrow', defaultValue: false })
  const [opened, drawer] = useDisclosure(false)
  const main = items.filter(item => item.section === 'main')
  return (
    <div className={classes.shell} data-collapsed={collapsed || undefined}>
      <a className="rp-skip" href="#main">
        {t('ui.skip')}
      </a>
      <header className={classes.side}>
        <div className={classes.top}>
          <img src={mark} alt="" className={classes.mark} />
          <div className={classes.workspace}>{renderWorkspace(collapsed)}</div>
        </div>
        <SearchButton collapsed={collapsed} onSearch={onSearch} />
        <Nav items={items} collapsed={collapsed} label={t('ui.nav.main')} />
        <div className={classes.foot}>
          <div className={classes.account}>{renderAccount(collapsed)}</div>
          <Tooltip label={collapsed ? t('ui.nav.widen') : t('ui.nav.narrow')} position="right">
            <ActionIcon
              aria-label={collapsed ? t('ui.nav.widen') : t('ui.nav.narrow')}
              onClick={() => setCollapsed(!collapsed)}
            >
              {collapsed ? (
                <IconLayoutSidebarLeftExpand size={18} />
              ) : (
                <IconLayoutSidebarLeftCollapse size={18} />
              )}
            </ActionIcon>
          </Tooltip>
        </div>
      </header>
      <main id="main" tabIndex={-1} className={classes.main}>
        {children}
      </main>
      <nav className={classes.bottom} aria-label={t('ui.nav.main')}>
        {main.slice(0, 4).map(item => (
          <NavLink key={item.to} item={item} collapsed={false} />
        ))}
        <UnstyledButton className={classes.item} onClick={drawer.open} aria-haspopup="dialog">
          <IconMenu2 size={20} stroke={1.7} />
          <span>{t('ui.nav.more')}</span>
        </UnstyledButton>
      </nav>
      {opened && (
        <Suspense fallback={null}>
          <NavDrawer opened onClose={drawer.close}>
            <div
              className={classes.drawer}
              onClickCapture={event => closesDrawer(event.target) && drawer.close()}
            >
              {renderWorkspace(false)}
              <SearchButton collapsed={false} onSearch={onSearch} />
              <Nav items={items} collapsed={false} label={t('ui.nav.all')} />
              {renderAccount(false)}
            </div>
          </NavDrawer>
        </Suspense>
      )}
    </div>
  )
}

const closesDrawer = (target: EventTarget): boolean =>
  target instanceof Element && Boolean(target.closest('nav a'))

function SearchButton({ collapsed, onSearch }: { collapsed: boolean; onSearch: () => void }) {
  return (
    <UnstyledButton
      className={classes.search}
      onClick={onSearch}
      {...(collapsed ? { 'aria-label': t('ui.palette.open') } : {})}
    >
      <IconSearch size={16} stroke={1.8} />
      {!collapsed && <span className={classes.searchLabel}>{t('ui.palette.search')}</span>}
      {!collapsed && <Kbd size="xs">{isMac ? '⌘K' : `${t('ui.keys.named.Ctrl')} K`}</Kbd>}
    </UnstyledButton>
  )
}

const isMac = navigator.userAgent.includes('Mac')

function Nav({ items, collapsed, label }: { items: readonly NavItem[]; collapsed: boolean; label: string }) {
  const settings = items.filter(item => item.section === 'settings')
  return (
    <nav className={classes.nav} aria-label={label}>
      {items
        .filter(item => item.section === 'main')
        .map(item => (
          <NavLink key={item.to} item={item} collapsed={collapsed} />
        ))}
      {settings.length > 0 && <div className={classes.divider} />}
      {settings.map(item => (
        <NavLink key={item.to} item={item} collapsed={collapsed} />
      ))}
    </nav>
  )
}

function NavLink({ item, collapsed }: { item: NavItem; collapsed: boolean }) {
  const path = usePath()
  const current = item.to === '/' ? path === '/' : path === item.to || path.startsWith(`${item.to}/`)
  const Icon = item.icon
  const label = tKnown(item.label)
  const link = (
    <Link
      to={item.to}
      className={classes.item}
      {...(current ? { 'aria-current': 'page' as const } : {})}
      {...(collapsed ? { 'aria-label': label } : {})}
    >
      <Icon size={18} stroke={1.7} />
      {!collapsed && <span>{label}</span>}
    </Link>
  )
  if (!collapsed) return link
  return (
    <Tooltip label={label} position="right">
      {link}
    </Tooltip>
  )
}
