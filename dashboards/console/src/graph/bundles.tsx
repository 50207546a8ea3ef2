/** The bundles of a picture: which are open, and the way to have them closed again. */
import { Button, Text } from '@mantine/core'
import { type ReactNode, useMemo, useState } from 'react'
import { bundled } from './bundle.ts'
import type { GraphPicture } from './picture.ts'

interface Bundles {
  readonly picture: GraphPicture
  /** Says that some are open, or how many there are; null: there are none. */
  readonly tools: ReactNode
  /** Opens a bundle; false: it is none. */
  readonly opens: (id: string) => boolean
}

export function useBundles(whole: GraphPicture, center: string): Bundles {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const { picture, bundles } = useMemo(() => bundled(whole, center, open), [whole, center, open])
  const opens = (id: string): boolean => {
    if (!bundles.has(id)) return false
    setOpen(new Set([...open, id]))
    return true
  }
  const inBundles = [...bundles.values()].reduce((sum, members) => sum + members.length, 0)
  const tools =
    bundles.size === 0 && open.size === 0 ? null : (
      <Text size="xs" c="dimmed" mt={6} component="div" role="status">
        {bundles.size > 0 &&
          `${inBundles} of ${whole.nodes.length} CIs are in ${bundles.size === 1 ? 'a bundle' : `${bundles.size} bundles`} of quiet ones alike. `}
        {open.size > 0 && (
          <Button size="compact-xs" variant="default" onClick={() => setOpen(new Set())}>
            Bundle again
          </Button>
        )}
      </Text>
    )
  return { picture, tools, opens }
}
