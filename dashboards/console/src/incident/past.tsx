/** The incident as it was known at a moment: a slider over everything that happened to it. */
import { ActionIcon, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { incidentStepsQuery } from '../api/queries.ts'
import type { IncidentSteps } from '../api/schema.d.ts'
import { exact, timeOfDay } from '../ui/clock.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import type { KeyMap } from '../ui/keys.ts'
import classes from './past.module.css'

type Step = IncidentSteps['steps'][number]

export interface Past {
  readonly steps: readonly Step[]
  /** Index of the step that is shown; the number of steps: now. */
  readonly position: number
  readonly playing: boolean
  readonly go: (position: number) => void
  readonly togglePlaying: () => void
  readonly keys: KeyMap
}

const PLAY_MS = 900

/** What the address says is shown; moving on replaces it, so that Back leaves the page. */
export function usePast(id: string, at: string | undefined): Past {
  const { data } = useQuery(incidentStepsQuery(id))
  const navigate = useNavigate()
  const [playing, setPlaying] = useState(false)
  const steps = data?.steps ?? []
  const last = steps.length
  const position = at === undefined ? last : Math.max(0, indexAt(steps, at))
  const show = (next: number): void => {
    const step = steps[Math.max(0, next)]
    const search = step === undefined || next >= last ? {} : { at: step.at }
    void navigate({
      to: '/incidents/$id',
      params: { id },
      search,
      replace: true,
      resetScroll: false,
    })
  }
  const go = (next: number): void => {
    setPlaying(false)
    show(next)
  }
  const latest = useRef(show)
  latest.current = show
  useEffect(() => {
    if (!playing) return
    const timer = setTimeout(() => {
      latest.current(position + 1)
      if (position + 1 >= last) setPlaying(false)
    }, PLAY_MS)
    return () => clearTimeout(timer)
  }, [playing, position, last])
  const togglePlaying = (): void => {
    if (!playing && position >= last) show(0)
    setPlaying(!playing)
  }
  const keys: KeyMap =
    last === 0
      ? {}
      : {
          ',': () => go(position - 1),
          '.': () => go(position + 1),
          p: togglePlaying,
          n: () => go(last),
        }
  return { steps, position, playing, go, togglePlaying, keys }
}

/** The last step that had happened by then. */
function indexAt(steps: readonly Step[], at: string): number {
  const moment = Date.parse(at)
  return steps.findLastIndex((step) => Date.parse(step.at) <= moment)
}

function inWords({ joined, resolved, texts }: Step): string {
  const count = (n: number, what: string): string[] =>
    n === 0 ? [] : [`${n} ${n === 1 ? 'alert' : 'alerts'} ${what}`]
  return [...count(joined, 'came in'), ...count(resolved, 'ended'), ...texts].join('; ')
}

interface BarProps {
  readonly past: Past
  /** The moment shown; undefined: now. */
  readonly at: string | undefined
}

export function PastBar({ past, at }: BarProps) {
  const { steps, position, playing, go, togglePlaying } = past
  const last = steps.length
  if (last < 2) return null
  const step = at === undefined ? undefined : steps[position]
  const words = step === undefined ? 'Now' : `${timeOfDay(step.at)}: ${inWords(step)}`
  return (
    <section
      className={classes['bar']}
      aria-label="The incident as it was known then"
      data-past={at !== undefined || undefined}
    >
      <Group gap={6} wrap="nowrap">
        <Tool
          label="One moment back"
          icon="back"
          act={() => go(position - 1)}
          off={position === 0}
        />
        <Tool
          label={playing ? 'Stop' : 'Play from here'}
          icon={playing ? 'pause' : 'play'}
          act={togglePlaying}
        />
        <Tool
          label="One moment on"
          icon="chevron"
          act={() => go(position + 1)}
          off={position >= last}
        />
        <input
          type="range"
          className={classes['slider']}
          min={0}
          max={last}
          step={1}
          value={position}
          onChange={(event) => go(Number(event.currentTarget.value))}
          aria-label="Moment"
          aria-valuetext={words}
        />
        {at !== undefined && (
          <Button size="compact-xs" onClick={() => go(last)}>
            Now
          </Button>
        )}
      </Group>
      <Text
        size="xs"
        c={at === undefined ? 'dimmed' : 'var(--fl-strong)'}
        className={classes['words'] ?? ''}
      >
        {step === undefined ? (
          `${last} moments since it began: slide back to see what was known then`
        ) : (
          <>
            <time dateTime={step.at} title={exact(step.at)}>
              <b>As it was known at {timeOfDay(step.at)}</b>
            </time>{' '}
            ({position + 1} of {last}) · {inWords(step)}
          </>
        )}
      </Text>
    </section>
  )
}

interface ToolProps {
  readonly label: string
  readonly icon: IconName
  readonly act: () => void
  readonly off?: boolean
}

function Tool({ label, icon, act, off = false }: ToolProps) {
  return (
    <ActionIcon
      size="md"
      variant="default"
      aria-label={label}
      title={label}
      onClick={act}
      disabled={off}
    >
      <Icon name={icon} size={15} />
    </ActionIcon>
  )
}
