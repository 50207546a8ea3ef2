import './app/styles.ts'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { adoptTokenFromAddress } from './api/session.ts'
import { Live } from './app/live.tsx'
import { queryClient } from './app/query-client.ts'
import { router } from './app/router.tsx'
import { theme } from './app/theme.ts'

adoptTokenFromAddress()
// the link was pasted into a tab that is here already
window.addEventListener('hashchange', () => {
  if (adoptTokenFromAddress()) window.location.reload()
})

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" limit={4} />
        <Live />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
