/** The pages and their addresses. What a page shows stands in its address, so that it can be sent. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { readAlertSearch } from '../alerts/search.ts'
import { session } from '../api/session.ts'
import { readBacktestSearch } from '../backtest/search.ts'
import { readCiSearch, readOneCiSearch } from '../cis/search.ts'
import { readDeliveriesSearch } from '../deliveries/search.ts'
import { readArticleSearch, readNewArticleSearch } from '../knowledge/search.ts'
import { readLearnedSearch } from '../learned/search.ts'
import { readLettersSearch } from '../letters/search.ts'
import { LoginPage } from '../login/page.tsx'
import { readPast } from '../past/search.ts'
import { readProblemSearch } from '../problems/search.ts'
import { readNewSearch, readOneSearch, readSilencesSearch } from '../silences/search.ts'
import { readSourcesSearch } from '../sources/search.ts'
import { readStormsSearch } from '../storm/search.ts'
import { readTopologySearch } from '../topology/search.ts'
import { WaitingRows } from '../ui/states.tsx'
import { readRange } from '../ui/time-range.ts'
import { NoSuchPage, PageCrashed } from './fallbacks.tsx'
import { readIncidentSearch, readListSearch } from './search.ts'
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

/** The list of incidents was here once: what was kept of it still leads there. */
const OF_THE_LIST = ['status', 'priority', 'q']

const overview = createRoute({
  getParentRoute: () => inside,
  path: '/',
  validateSearch: readRange,
  beforeLoad: ({ location }) => {
    const { searchStr } = location
    if (!OF_THE_LIST.some((name) => new URLSearchParams(searchStr).has(name))) return
    throw redirect({ href: `/incidents${searchStr}`, replace: true })
  },
  component: lazyRouteComponent(() => import('../overview/page.tsx'), 'OverviewPage'),
})

const alerts = createRoute({
  getParentRoute: () => inside,
  path: '/alerts',
  validateSearch: readAlertSearch,
  component: lazyRouteComponent(() => import('../alerts/page.tsx'), 'AlertsPage'),
})

const alert = createRoute({
  getParentRoute: () => inside,
  path: '/alerts/$id',
  validateSearch: readRange,
  component: lazyRouteComponent(() => import('../alerts/alert-page.tsx'), 'AlertPage'),
})

const incidents = createRoute({
  getParentRoute: () => inside,
  path: '/incidents',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('../incidents/page.tsx'), 'IncidentsPage'),
})

const incident = createRoute({
  getParentRoute: () => inside,
  path: '/incidents/$id',
  validateSearch: readIncidentSearch,
  component: lazyRouteComponent(() => import('../incident/page.tsx'), 'IncidentPage'),
})

const review = createRoute({
  getParentRoute: () => inside,
  path: '/incidents/$id/review',
  component: lazyRouteComponent(() => import('../review/page.tsx'), 'ReviewPage'),
})

const cis = createRoute({
  getParentRoute: () => inside,
  path: '/cis',
  validateSearch: readCiSearch,
  component: lazyRouteComponent(() => import('../cis/page.tsx'), 'CisPage'),
})

const ci = createRoute({
  getParentRoute: () => inside,
  path: '/cis/$id',
  validateSearch: readOneCiSearch,
  component: lazyRouteComponent(() => import('../cis/ci.tsx'), 'CiPage'),
})

const topology = createRoute({
  getParentRoute: () => inside,
  path: '/topology',
  validateSearch: readTopologySearch,
  component: lazyRouteComponent(() => import('../topology/page.tsx'), 'TopologyPage'),
})

const service = createRoute({
  getParentRoute: () => inside,
  path: '/services/$id',
  validateSearch: readPast,
  component: lazyRouteComponent(() => import('../services/page.tsx'), 'ServicePage'),
})

const imports = createRoute({
  getParentRoute: () => inside,
  path: '/imports',
  validateSearch: ({ id }: Record<string, unknown>): { readonly id?: string } =>
    typeof id === 'string' ? { id } : {},
  component: lazyRouteComponent(() => import('../imports/page.tsx'), 'ImportsPage'),
})

const silences = createRoute({
  getParentRoute: () => inside,
  path: '/silences',
  validateSearch: readSilencesSearch,
  component: lazyRouteComponent(() => import('../silences/page.tsx'), 'SilencesPage'),
})

const newSilence = createRoute({
  getParentRoute: () => inside,
  path: '/silences/new',
  validateSearch: readNewSearch,
  component: lazyRouteComponent(() => import('../silences/edit.tsx'), 'NewSilencePage'),
})

const silence = createRoute({
  getParentRoute: () => inside,
  path: '/silences/$id',
  validateSearch: readOneSearch,
  component: lazyRouteComponent(() => import('../silences/edit.tsx'), 'SilencePage'),
})

const storms = createRoute({
  getParentRoute: () => inside,
  path: '/storms',
  validateSearch: readStormsSearch,
  component: lazyRouteComponent(() => import('../storm/page.tsx'), 'StormsPage'),
})

const learned = createRoute({
  getParentRoute: () => inside,
  path: '/learned',
  validateSearch: readLearnedSearch,
  component: lazyRouteComponent(() => import('../learned/page.tsx'), 'LearnedPage'),
})

const binding = createRoute({
  getParentRoute: () => inside,
  path: '/binding',
  component: lazyRouteComponent(() => import('../binding/page.tsx'), 'BindingPage'),
})

const backtest = createRoute({
  getParentRoute: () => inside,
  path: '/backtest',
  validateSearch: readBacktestSearch,
  component: lazyRouteComponent(() => import('../backtest/page.tsx'), 'BacktestPage'),
})

const problems = createRoute({
  getParentRoute: () => inside,
  path: '/problems',
  validateSearch: readProblemSearch,
  component: lazyRouteComponent(() => import('../problems/page.tsx'), 'ProblemsPage'),
})

const importPast = createRoute({
  getParentRoute: () => inside,
  path: '/problems/import',
  component: lazyRouteComponent(() => import('../problems/import.tsx'), 'ImportPastPage'),
})

const problem = createRoute({
  getParentRoute: () => inside,
  path: '/problems/$id',
  component: lazyRouteComponent(() => import('../problems/problem.tsx'), 'ProblemPage'),
})

const knowledge = createRoute({
  getParentRoute: () => inside,
  path: '/knowledge',
  validateSearch: readArticleSearch,
  component: lazyRouteComponent(() => import('../knowledge/page.tsx'), 'KnowledgePage'),
})

const newArticle = createRoute({
  getParentRoute: () => inside,
  path: '/knowledge/new',
  validateSearch: readNewArticleSearch,
  component: lazyRouteComponent(() => import('../knowledge/edit.tsx'), 'NewArticlePage'),
})

const importArticles = createRoute({
  getParentRoute: () => inside,
  path: '/knowledge/import',
  component: lazyRouteComponent(() => import('../knowledge/import.tsx'), 'ImportArticlesPage'),
})

const article = createRoute({
  getParentRoute: () => inside,
  path: '/knowledge/$id',
  component: lazyRouteComponent(() => import('../knowledge/article.tsx'), 'ArticlePage'),
})

const editArticle = createRoute({
  getParentRoute: () => inside,
  path: '/knowledge/$id/edit',
  component: lazyRouteComponent(() => import('../knowledge/edit.tsx'), 'EditArticlePage'),
})

const sources = createRoute({
  getParentRoute: () => inside,
  path: '/sources',
  validateSearch: readSourcesSearch,
  component: lazyRouteComponent(() => import('../sources/page.tsx'), 'SourcesPage'),
})

const tryPayload = createRoute({
  getParentRoute: () => inside,
  path: '/sources/try',
  component: lazyRouteComponent(() => import('../sources/try.tsx'), 'TryPage'),
})

const letters = createRoute({
  getParentRoute: () => inside,
  path: '/dead-letters',
  validateSearch: readLettersSearch,
  component: lazyRouteComponent(() => import('../letters/page.tsx'), 'LettersPage'),
})

const deliveries = createRoute({
  getParentRoute: () => inside,
  path: '/deliveries',
  validateSearch: readDeliveriesSearch,
  component: lazyRouteComponent(() => import('../deliveries/page.tsx'), 'DeliveriesPage'),
})

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('../settings/page.tsx'), 'SettingsPage'),
})

/** Where these pages were one. */
const operations = createRoute({
  getParentRoute: () => inside,
  path: '/operations',
  beforeLoad: () => {
    throw redirect({ to: '/sources', replace: true })
  },
})

/** Whatever leads nowhere leaves the navigation in sight. */
const nowhere = createRoute({
  getParentRoute: () => inside,
  path: '$',
  component: NoSuchPage,
})

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    inside.addChildren([
      overview,
      alerts,
      alert,
      incidents,
      incident,
      review,
      cis,
      ci,
      topology,
      service,
      silences,
      newSilence,
      imports,
      silence,
      problems,
      importPast,
      problem,
      knowledge,
      newArticle,
      importArticles,
      article,
      editArticle,
      storms,
      learned,
      binding,
      backtest,
      sources,
      tryPayload,
      letters,
      deliveries,
      settings,
      operations,
      nowhere,
    ]),
  ]),
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
