/** The guide of the demo: one station at a time, above every page. */
import { Button, CloseButton, Group, Kbd, Text, Title } from '@mantine/core'
import { useEffect } from 'react'
import type { Demo } from '../api/schema.d.ts'
import { useKeys } from '../ui/keys.ts'
import classes from './demo.module.css'
import { useProgress } from './memory.ts'
import { STEPS } from './steps.tsx'

export function Guide({ demo }: { readonly demo: Demo }) {
  const { step, hidden, goTo, hide } = useProgress(demo.run ?? '')
  const last = STEPS.length - 1
  const at = Math.min(Math.max(step, 0), last)
  const isFollowed = at === 0 && demo.phase !== 'quiet'
  // the first station is over by itself: the storm begins while somebody reads
  useEffect(() => {
    if (isFollowed) goTo(1)
  })
  useKeys({
    ']': () => goTo(Math.min(last, at + 1)),
    '[': () => goTo(Math.max(0, at - 1)),
  })
  if (hidden)
    return (
      <Group justify="flex-end" mb="xs">
        <Button size="compact-xs" variant="subtle" onClick={() => hide(false)}>
          Show the guide of the demo
        </Button>
      </Group>
    )
  const current = STEPS[at]
  if (current === undefined) return null
  const { title, Body } = current
  return (
    <section className={classes['guide']} aria-labelledby="demo-title">
      <Group justify="space-between" align="flex-start" mb={6} gap="xs">
        <div className={classes['name']}>
          <Text size="xs" c="dimmed" className="fl-num">
            Demo, {at + 1} of {STEPS.length}
          </Text>
          <Title order={2} size="h5" id="demo-title">
            {title}
          </Title>
        </div>
        <Group gap={6} wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            disabled={at === 0}
            onClick={() => goTo(at - 1)}
            rightSection={<Kbd size="xs">[</Kbd>}
          >
            Back
          </Button>
          <Button
            size="compact-sm"
            disabled={at === last}
            variant={at === last ? 'default' : 'filled'}
            onClick={() => goTo(at + 1)}
            rightSection={<Kbd size="xs">]</Kbd>}
          >
            Next
          </Button>
          <CloseButton aria-label="Hide the guide" onClick={() => hide(true)} />
        </Group>
      </Group>
      <div className={classes['body']}>
        <Body demo={demo} />
      </div>
    </section>
  )
}
