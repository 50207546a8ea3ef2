import { Button, Group, Menu, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Silence } from '../api/schema.d.ts'
import { useExpire, useWriteSilence } from '../api/silences.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { CiLink } from '../ui/ci-link.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { matcherText } from './matchers.ts'
import classes from './silences.module.css'
import { Turns } from './turns.tsx'
import { toWanted } from './wanted.ts'

const TONES = { active: 'accent', pending: 'calm', expired: 'calm' } as const

/** CIs named in a row; the rest is counted. */
const NAMED = 6

export function SilenceItem({ silence }: { readonly silence: Silence }) {
  const { id, kind, state, comment, muting } = silence
  return (
    <li className={classes['row']} data-silence={id}>
      <div className={classes['what']}>
        <Group gap={6}>
          <Link
            to="/silences/$id"
            params={{ id }}
            search={kind === 'maintenance' ? { kind } : {}}
            className={classes['name']}
            data-main
          >
            {comment}
          </Link>
          {state !== 'active' && <Mark tone={TONES[state]}>{state}</Mark>}
        </Group>
        <About silence={silence} />
        <When silence={silence} />
      </div>
      <div
        className={classes['muting']}
        title="Firing alerts; one that several mute counts for the one that ends last"
      >
        {state === 'active' && (
          <>
            <strong className="fl-num">{muting}</strong>
            <Text size="xs" c="dimmed">
              {muting === 1 ? 'alert muted' : 'alerts muted'}
            </Text>
          </>
        )}
      </div>
      <Acts silence={silence} />
    </li>
  )
}

/** What it is about: matchers as chips, CIs and services by name. */
function About({ silence }: { readonly silence: Silence }) {
  const { id, matchers, cis, services = [] } = silence
  return (
    <Group gap={6} my={4}>
      {cis.slice(0, NAMED).map((ci) => (
        <Text key={`${id} ${ci}`} size="sm" span className={classes['over'] ?? ''}>
          <CiLink id={ci} />
        </Text>
      ))}
      {cis.length > NAMED && <Text size="sm">and {cis.length - NAMED} more</Text>}
      {services.map((service) => (
        <Text key={`${id} service ${service}`} size="sm" span>
          service {service}
        </Text>
      ))}
      {matchers.map((matcher) => (
        <code key={matcherText(matcher)} className={classes['chip']}>
          {matcherText(matcher)}
        </code>
      ))}
    </Group>
  )
}

function When({ silence }: { readonly silence: Silence }) {
  const { state, startsAt, endsAt, createdBy, recursText, next } = silence
  if (recursText !== undefined) {
    return (
      <Text size="xs" c="dimmed" component="div" className={classes['over'] ?? ''}>
        {recursText} · {state === 'expired' ? 'ended' : 'until'} <Ago at={endsAt} />
        {' · by '}
        {createdBy}
        {next !== undefined && state !== 'expired' && (
          <Turns id={silence.id} next={next} exceptions={silence.exceptions ?? []} />
        )}
      </Text>
    )
  }
  return (
    <Text size="xs" c="dimmed" component="div" className={classes['over'] ?? ''}>
      {state === 'pending' ? (
        <>
          begins <Ago at={startsAt} />, lasts <Ago at={startsAt} form="for" until={endsAt} />
        </>
      ) : (
        <>
          {state === 'active' ? 'ends ' : 'ended '}
          <Ago at={endsAt} />, began <Ago at={startsAt} />
        </>
      )}
      {' · by '}
      {createdBy}
    </Text>
  )
}

const EXTENSIONS = [
  ['1 hour', 1],
  ['4 hours', 4],
  ['1 day', 24],
  ['7 days', 168],
] as const

const HOUR_MS = 3_600_000

function Acts({ silence }: { readonly silence: Silence }) {
  const { id, kind, state, endsAt } = silence
  const expire = useExpire()
  const write = useWriteSilence()
  const name = kind === 'silence' ? 'silence' : 'window'
  if (state === 'expired') {
    return (
      <div className={classes['acts']}>
        <Button
          size="compact-sm"
          variant="default"
          renderRoot={(props) => (
            <Link
              to="/silences/new"
              search={{
                kind,
                matcher: silence.matchers.map(matcherText),
                ci: silence.cis,
                ...(silence.services === undefined ? {} : { service: silence.services }),
                comment: silence.comment,
              }}
              {...props}
            />
          )}
        >
          Again
        </Button>
      </div>
    )
  }
  const extend = (hours: number): void => {
    const until = new Date(Date.parse(endsAt) + hours * HOUR_MS).toISOString()
    write.mutate(toWanted({ ...silence, endsAt: until }), {
      onSuccess: () => sayDone(`The ${name} lasts longer`),
      onError: sayRefused,
    })
  }
  // by then the row may have gone, and with it what `mutate` would call
  const undo = (): void =>
    void write
      .mutateAsync(toWanted(silence))
      .then(() => sayDone(`The ${name} is as it was`), sayRefused)
  return (
    <div className={classes['acts']}>
      {silence.recurs === undefined && <Extend extend={extend} isPending={write.isPending} />}
      <Button
        size="compact-sm"
        variant="default"
        loading={expire.isPending}
        onClick={() =>
          expire.mutate(
            { kind, id },
            {
              onSuccess: () => sayDone(`The ${name} has ended`, [{ label: 'Undo', act: undo }]),
              onError: sayRefused,
            },
          )
        }
      >
        {endText(silence)}
      </Button>
    </div>
  )
}

function endText({ state, recurs }: Silence): string {
  if (recurs !== undefined) return 'End for good'
  return state === 'pending' ? 'Cancel' : 'End now'
}

interface ExtendProps {
  readonly extend: (hours: number) => void
  readonly isPending: boolean
}

function Extend({ extend, isPending }: ExtendProps) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="compact-sm" variant="default" loading={isPending}>
          Extend
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {EXTENSIONS.map(([text, hours]) => (
          <Menu.Item key={text} onClick={() => extend(hours)}>
            by {text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
