/** The frame around every page: where to go, whether it is live, who you are. */
import { AppShell, Burger, Group, Kbd, NavLink, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { DemoGuide } from '../demo/mount.tsx'
import { StormBanner } from '../storm/banner.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'
import { AccountMenu } from './account.tsx'
import { LiveMark } from './live-mark.tsx'
import { Logo } from './logo.tsx'
import classes from './shell.module.css'
import { ShortcutSheet, useSheet } from './shortcuts.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

type Address =
  | '/'
  | '/incidents'
  | '/alerts'
  | '/cis'
  | '/topology'
  | '/imports'
  | '/silences'
  | '/problems'
  | '/knowledge'
  | '/storms'
  | '/learned'
  | '/binding'
  | '/backtest'
  | '/sources'
  | '/dead-letters'
  | '/deliveries'
  | '/settings'

interface PageEntry {
  readonly to: Address
  readonly name: string
  readonly icon: IconName
}

/** Groups of pages, as the navigation shows them: what burns, what there is, then Faultline itself. */
const GROUPS: readonly (readonly PageEntry[])[] = [
  [
    { to: '/', name: 'Overview', icon: 'overview' },
    { to: '/incidents', name: 'Incidents', icon: 'incidents' },
    { to: '/alerts', name: 'Alerts', icon: 'bell' },
    { to: '/problems', name: 'Problems', icon: 'repeat' },
    { to: '/knowledge', name: 'Knowledge', icon: 'book' },
    { to: '/storms', name: 'Storms', icon: 'change' },
  ],
  [
    { to: '/cis', name: 'CIs', icon: 'cis' },
    { to: '/topology', name: 'Topology', icon: 'topology' },
    { to: '/imports', name: 'CMDB imports', icon: 'sources' },
    { to: '/binding', name: 'Binding', icon: 'sources' },
    { to: '/silences', name: 'Silences', icon: 'muted' },
    { to: '/learned', name: 'Learned', icon: 'merge' },
    { to: '/backtest', name: 'Backtest', icon: 'undo' },
  ],
  [
    { to: '/sources', name: 'Sources', icon: 'sources' },
    { to: '/dead-letters', name: 'Dead letters', icon: 'letters' },
    { to: '/deliveries', name: 'Deliveries', icon: 'deliveries' },
    { to: '/settings', name: 'Settings', icon: 'settings' },
  ],
]

export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false)
  return (
    <AppShell
      header={{ height: { base: 52, md: 0 } }}
      navbar={{ width: 208, breakpoint: 'md', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className={classes['skip']} href="#main">
        Skip to the content
      </a>
      <AppShell.Header hiddenFrom="md" className={classes['bar'] ?? ''}>
        <Group h="100%" px="sm" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} size="sm" aria-label="Menu" />
            <Logo />
          </Group>
          <LiveMark />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes['bar'] ?? ''} p="sm" aria-label="Main">
        <Navigation onGo={close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes['main'] ?? ''}>
        <StormBanner />
        <DemoGuide />
        <Outlet />
      </AppShell.Main>
      <ShortcutSheet />
    </AppShell>
  )
}

function Navigation({ onGo }: { readonly onGo: () => void }) {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const sheet = useSheet()
  const isAt = (to: string): boolean => path === to || path.startsWith(`${to}/`)
  return (
    <Stack h="100%" justify="space-between" gap="md">
      <Stack gap={4}>
        <Group px={8} pb="md" pt={4} visibleFrom="md">
          <Logo />
        </Group>
        {GROUPS.map((pages) => (
          <div key={pages[0]?.to} className={classes['group']}>
            {pages.map(({ to, name, icon }) => (
              <NavLink
                key={to}
                component={Link}
                to={to}
                label={name}
                leftSection={<Icon name={icon} />}
                active={isAt(to)}
                onClick={onGo}
                className={classes['link'] ?? ''}
                {...(isAt(to) ? { 'aria-current': 'page' as const } : {})}
              />
            ))}
          </div>
        ))}
      </Stack>
      <Stack gap="xs">
        <Group px={8} visibleFrom="md">
          <LiveMark />
        </Group>
        <UnstyledButton className={classes['quiet'] ?? ''} onClick={sheet.open}>
          <Group gap={8} justify="space-between">
            <Group gap={8}>
              <Icon name="keyboard" size={16} />
              <Text size="sm">Shortcuts</Text>
            </Group>
            <Kbd size="xs">?</Kbd>
          </Group>
        </UnstyledButton>
        <ThemeSwitch />
        <AccountMenu />
      </Stack>
    </Stack>
  )
}
