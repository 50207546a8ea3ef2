/** The pages and their addresses. What a page shows stands in its address, so that it can be sent. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { session } from '../api/session.ts'
import { LoginPage } from '../login/page.tsx'
import { WaitingRows } from '../ui/states.tsx'
import { NoSuchPage, PageCrashed } from './fallbacks.tsx'
import { readListSearch } from './search.ts'
import { Shell } from './shell.tsx'

const root = createRootRoute({ notFoundComponent: NoSuchPage })

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: ({ to }: Record<string, unknown>): { readonly to?: string } =>
    typeof to === 'string' && /^\/(?![/\\])/.test(to) ? { to } : {},
  beforeLoad: ({ search }) => {
    if (session().token !== null) throw redirect({ to: search.to ?? '/', replace: true })
  },
  component: LoginPage,
})

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: ({ location }) => {
    if (session().token !== null) return
    throw redirect({ to: '/login', search: location.href === '/' ? {} : { to: location.href } })
  },
  component: Shell,
})

const incidents = createRoute({
  getParentRoute: () => inside,
  path: '/',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('../incidents/page.tsx'), 'IncidentsPage'),
})

const incident = createRoute({
  getParentRoute: () => inside,
  path: '/incidents/$id',
  component: lazyRouteComponent(() => import('../incident/page.tsx'), 'IncidentPage'),
})

const operations = createRoute({
  getParentRoute: () => inside,
  path: '/operations',
  component: lazyRouteComponent(() => import('../operations/page.tsx'), 'OperationsPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([login, inside.addChildren([incidents, incident, operations])]),
  defaultPreload: 'intent',
  defaultPendingComponent: () => <WaitingRows />,
  defaultErrorComponent: PageCrashed,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
