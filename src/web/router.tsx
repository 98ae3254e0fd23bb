import {
  type AnyRoute,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router'
import type { PageRoute } from '../core/web/area-web.ts'
import { AppFrame } from './AppFrame.tsx'
import { areas } from './areas.ts'
import { BrokenPage, NotFoundPage, WaitingPage } from './edge-pages.tsx'
import { loadPage } from './page-file.ts'
import { readRest } from './strings.ts'

const root = createRootRoute({ component: Outlet })
const framed = createRoute({
  getParentRoute: () => root,
  id: 'framed',
  component: AppFrame,
  beforeLoad: readRest,
})

const routeOf = (page: PageRoute, parent: AnyRoute): AnyRoute =>
  createRoute({
    getParentRoute: () => parent,
    path: page.path,
    component: lazyRouteComponent(() => loadPage(page)),
  })

const pages: PageRoute[] = [
  { path: '/', page: () => import('./home/HomePage.tsx') },
  ...areas.flatMap(area => area.pages ?? []),
]

const inFrame = pages.filter(page => page.shell !== 'bare').map(page => routeOf(page, framed))
// An address that is nobody's still stands inside the frame.
const nowhere = createRoute({ getParentRoute: () => framed, path: '$', component: NotFoundPage })
const bare = pages.filter(page => page.shell === 'bare').map(page => routeOf(page, root))

/** Search parameters stay plain text, so that an address can be read and typed. */
export const router = createRouter({
  routeTree: root.addChildren([framed.addChildren([...inFrame, nowhere]), ...bare]),
  parseSearch: text => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: search => {
    const text = new URLSearchParams(search as Record<string, string>).toString()
    return text ? `?${text}` : ''
  },
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: BrokenPage,
  defaultPendingComponent: WaitingPage,
  defaultPendingMs: 150,
  scrollRestoration: true,
})
