/** The time line of a map: a slider over a range, marks where alerts began and ended, and play. */
import { ActionIcon, Button, CloseButton, Group, Text } from '@mantine/core'
import { exact, timeOfDay } from '../ui/clock.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { RangePicker } from '../ui/range-picker.tsx'
import { Failure } from '../ui/states.tsx'
import classes from './bar.module.css'
import { marksOf, stepFrom, stepInWords } from './line.ts'
import type { Past } from './use-past.ts'

export function PastButton({ past: { isOpen, toggle } }: { readonly past: Past }) {
  return (
    <Button
      size="compact-sm"
      variant={isOpen ? 'filled' : 'default'}
      onClick={toggle}
      aria-pressed={isOpen}
      title="The past of the map (t)"
    >
      Past
    </Button>
  )
}

export function PastBar({ past }: { readonly past: Past }) {
  const { search, isOpen, set, error, data, retry } = past
  if (!isOpen) return null
  const { range, from, to, at, of } = search
  return (
    <section
      className={classes['bar']}
      aria-label="The past of the map"
      data-past={at !== undefined || undefined}
    >
      <Group justify="space-between" gap="xs" mb={6}>
        <State past={past} />
        <Group gap={6}>
          {of !== undefined && (
            <Text size="sm" component="div">
              What happened to <IncidentLink id={of} />{' '}
              <Button size="compact-xs" variant="default" onClick={() => set({ of: undefined })}>
                Mark everything
              </Button>
            </Text>
          )}
          <RangePicker
            value={{ ...(range && { range }), ...(from && { from }), ...(to && { to }) }}
            usual="1h"
            onChange={(chosen) =>
              set({
                ...{ range: undefined, from: undefined, to: undefined, at: undefined },
                ...{ of: undefined, play: undefined },
                ...(chosen.from === undefined ? { range: chosen.range ?? '1h' } : chosen),
              })
            }
          />
          <CloseButton aria-label="Close the past" onClick={past.toggle} />
        </Group>
      </Group>
      {error !== null && data === undefined ? (
        <Failure what="What happened in this range" error={error} retry={retry} />
      ) : (
        <Line past={past} />
      )}
    </section>
  )
}

/** What is shown: never to be taken for what is so now. */
function State({ past: { search, live } }: { readonly past: Past }) {
  const { at } = search
  if (at === undefined)
    return (
      <Text size="sm" role="status">
        Live: slide back, or play, to see what fired then
      </Text>
    )
  return (
    <Group gap="xs">
      <Text size="sm" fw={700} c="var(--fl-strong)" role="status">
        Not live:{' '}
        <time dateTime={at} title={exact(at)}>
          {shortDay(at)} {timeOfDay(at)}
        </time>
      </Text>
      <Button size="compact-xs" onClick={live} title="Back to live (n)">
        Back to live
      </Button>
    </Group>
  )
}

const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })

function shortDay(iso: string): string {
  return DAY.format(new Date(iso))
}

function Line({ past }: { readonly past: Past }) {
  const { search, data, from, to, step, goTo, togglePlaying, faster, speed } = past
  const steps = data?.steps ?? []
  const at = search.at === undefined ? to : Date.parse(search.at)
  const last = stepFrom(steps, at + 1, -1)
  const words =
    last === undefined ? 'nothing has changed yet' : `${timeOfDay(last.at)}: ${stepInWords(last)}`
  const isPlaying = search.play === true
  return (
    <>
      <Group gap={6} wrap="nowrap" align="center">
        <Tool label="One change back" icon="back" act={() => step(-1)} />
        <Tool
          label={isPlaying ? 'Stop' : 'Play what happened'}
          icon={isPlaying ? 'pause' : 'play'}
          act={togglePlaying}
        />
        <Tool label="One change on" icon="chevron" act={() => step(1)} />
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => faster(speed === 4 ? -1 : 1)}
          aria-label={`Speed ${speed}`}
          title="Slower or faster (< and >)"
        >
          {speed}×
        </Button>
        <div className={classes['line']}>
          <Marks past={past} />
          <input
            type="range"
            className={classes['slider']}
            min={from}
            max={to}
            step={Math.max(250, Math.round((to - from) / 2000))}
            value={at}
            onChange={(event) => goTo(Number(event.currentTarget.value))}
            aria-label="Moment"
            aria-valuetext={`${exact(new Date(at).toISOString())}; ${words}`}
          />
        </div>
      </Group>
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed">
          {endOf(from)}
        </Text>
        <Text
          size="xs"
          c="var(--fl-strong)"
          data-steps={data === undefined ? undefined : steps.length}
        >
          {data !== undefined && steps.length === 0
            ? 'No alert on a CI began or ended in this range.'
            : words}
        </Text>
        <Text size="xs" c="dimmed">
          {endOf(to)}
        </Text>
      </Group>
      <Exact past={past} />
    </>
  )
}

function endOf(at: number): string {
  const iso = new Date(at).toISOString()
  return `${shortDay(iso)} ${timeOfDay(iso)}`
}

/** The words beside the slider say the same. */
function Marks({ past: { data, from, to } }: { readonly past: Past }) {
  return (
    <svg
      className={classes['marks']}
      viewBox="0 0 1000 24"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <line className={classes['axis']} x1={0} x2={1000} y1={12} y2={12} />
      {marksOf(data?.steps ?? [], { from, to }).map(({ x, up, down }) => (
        <g key={x}>
          <line
            className={classes['began']}
            x1={x * 1000}
            x2={x * 1000}
            y1={12}
            y2={12 - up * 12}
          />
          <line
            className={classes['ended']}
            x1={x * 1000}
            x2={x * 1000}
            y1={12}
            y2={12 + down * 12}
          />
        </g>
      ))}
    </svg>
  )
}

/** From when on it can be believed, and what of it is of now. */
function Exact({ past: { data, from } }: { readonly past: Past }) {
  if (data === undefined) return null
  const { exactSince } = data
  const isShort = exactSince === null || Date.parse(exactSince) > from
  return (
    <Text size="xs" c="dimmed" mt={2}>
      <span className={classes['up']}>began</span> <span className={classes['down']}>ended</span>
      {' · '}
      {isShort &&
        (exactSince === null
          ? 'Nothing of the past is known yet. '
          : `What fired is known from ${endOf(Date.parse(exactSince))} on; before that alerts may be missing. `)}
      CIs, relations and severities are those of now.
    </Text>
  )
}

interface ToolProps {
  readonly label: string
  readonly icon: IconName
  readonly act: () => void
}

function Tool({ label, icon, act }: ToolProps) {
  return (
    <ActionIcon size="md" variant="default" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} size={15} />
    </ActionIcon>
  )
}
