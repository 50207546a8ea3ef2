/** The guide where this is a demo; of every other server it loads nothing. */
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { demoQuery } from './queries.ts'

const Guide = lazy(async () => ({ default: (await import('./guide.tsx')).Guide }))

export function DemoGuide() {
  const { data } = useQuery(demoQuery())
  if (data?.active !== true) return null
  return (
    <Suspense fallback={null}>
      <Guide demo={data} />
    </Suspense>
  )
}
