/** Ties the live stream to what is shown, as long as somebody is logged in. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useSession } from '../api/session.ts'
import { applyEvent } from '../live/apply.ts'
import { connectLive } from '../live/connection.ts'
import { createFreshness } from '../live/freshness.ts'
import { router } from './router.tsx'

export function Live() {
  const { token } = useSession()
  const client = useQueryClient()
  useEffect(() => {
    if (token === null) {
      client.clear()
      void router.invalidate()
      return undefined
    }
    const freshness = createFreshness(client)
    const disconnect = connectLive({
      onEvent: (event) => applyEvent(event, { client, freshness }),
      onConnected: (fresh) => {
        if (fresh) freshness.all()
      },
    })
    return () => {
      disconnect()
      freshness.stop()
    }
  }, [token, client])
  return null
}
