/** The stations of the guide: what to look at, and what to see there. */
import { Anchor, Button, type ButtonProps, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLink } from '@tanstack/react-router'
import type { ReactNode, Ref } from 'react'
import type { Demo } from '../api/schema.d.ts'
import { useNow } from '../ui/clock.ts'
import { nowQuery, useDemoAct } from './queries.ts'

export interface StepProps {
  readonly demo: Demo
}

export interface Step {
  readonly title: string
  readonly Body: (props: StepProps) => ReactNode
}

interface GoProps extends ButtonProps {
  readonly ref?: Ref<HTMLAnchorElement>
  readonly children?: ReactNode
}

const Go = createLink((props: GoProps) => (
  <Button component="a" size="compact-sm" variant="light" {...props} />
))

type Fault = NonNullable<Demo['faults']>[number]

function faultOf(demo: Demo, id: string): Fault | undefined {
  return demo.faults?.find((fault) => fault.id === id)
}

export const STEPS: readonly Step[] = [
  { title: 'A quiet night', Body: Quiet },
  { title: 'A storm becomes a few incidents', Body: StormStep },
  { title: 'The one that a deploy caused', Body: DeployStep },
  { title: 'Why are these together?', Body: WhyStep },
  { title: 'What to do, and the last time it happened', Body: HelpStep },
  { title: 'One rack, ninety alerts', Body: RackStep },
  { title: 'It comes back: the problem behind it', Body: ProblemStep },
  { title: 'Mend it, and watch', Body: MendStep },
  { title: 'Now with your own alerts', Body: OwnStep },
]

function Quiet({ demo }: StepProps) {
  const act = useDemoAct()
  const startsAt = Date.parse(demo.startsAt ?? '')
  const seconds = useNow((now) => Math.max(0, Math.ceil((startsAt - now) / 1000)))
  return (
    <>
      <Text size="sm">
        A made-up company: a web shop, payments and a data platform, with a year of incidents that
        went through this very engine. A tunnel to the office flaps; somebody has taken it.{' '}
        {demo.phase === 'quiet'
          ? `An outage begins in ${seconds} s.`
          : 'Then an outage began: go on.'}
      </Text>
      {demo.phase === 'quiet' && (
        <Button
          size="compact-sm"
          loading={act.isPending}
          onClick={() => act.mutate({ do: 'begin' })}
        >
          Begin now
        </Button>
      )}
    </>
  )
}

function StormStep({ demo }: StepProps) {
  const { data } = useQuery(nowQuery())
  const { sent = 0, total = 0 } = demo.alerts ?? {}
  return (
    <>
      <Text size="sm">
        <b className="fl-num" data-testid="demo-count">
          {sent} of {total}
        </b>{' '}
        alerts came in, and there {data?.open === 1 ? 'is' : 'are'}{' '}
        <b className="fl-num">{data === undefined ? '…' : data.open}</b> open incidents, the
        flapping tunnel included. Every alert was bound to the thing it is about and joined by
        topology, time and kind. Alerts of a host in maintenance are muted, a certificate that
        expires stays apart.
      </Text>
      <Go to="/incidents">See the incidents</Go>
    </>
  )
}

/** A way to the incident of a fault, once there is one. */
function ToIncident({
  fault,
  children,
}: {
  readonly fault: Fault | undefined
  readonly children: ReactNode
}) {
  if (fault?.incident == null)
    return (
      <Text size="sm" c="dimmed">
        It has not begun yet: wait for the storm.
      </Text>
    )
  return (
    <Go to="/incidents/$id" params={{ id: fault.incident }}>
      {children} {fault.incident}
    </Go>
  )
}

function DeployStep({ demo }: StepProps) {
  return (
    <>
      <Text size="sm">
        Errors show from the edge to the order service. Under <b>Probable cause</b> stands{' '}
        <b>checkout-api</b>, with what speaks for it: it shows the fault itself, it explains what
        its callers show, and version 4.18.0 was rolled out three minutes before.
      </Text>
      <ToIncident fault={faultOf(demo, 'checkout-deploy')}>Open</ToIncident>
    </>
  )
}

function WhyStep({ demo }: StepProps) {
  return (
    <>
      <Text size="sm">
        In the same incident, <b>Why these are together</b> draws its alerts on the topology, and
        says in sentences which link joined each of them, with numbers that add up, and which
        incident was not joined and why. People can move, split and merge, and undo it.
      </Text>
      <ToIncident fault={faultOf(demo, 'checkout-deploy')}>Back to</ToIncident>
    </>
  )
}

function HelpStep({ demo }: StepProps) {
  return (
    <>
      <Text size="sm">
        The runbook that its rule links to is first, with the passage that fits. <b>Similar</b>{' '}
        lists the releases of the past that did the same, and what people did then: they rolled
        back.
      </Text>
      <ToIncident fault={faultOf(demo, 'checkout-deploy')}>Look at</ToIncident>
    </>
  )
}

function RackStep({ demo }: StepProps) {
  return (
    <>
      <Text size="sm">
        Most alerts of this one are about services and pods of the ledger. The cause is a rack that
        has lost power: it explains the hosts, their databases and what needs those. It happened
        once before, seven months ago.
      </Text>
      <ToIncident fault={faultOf(demo, 'rack-power')}>Open</ToIncident>
    </>
  )
}

function ProblemStep({ demo }: StepProps) {
  return (
    <>
      <Text size="sm">
        The log disk of kafka-2 fills up about once a month, and each time somebody lowers the
        retention. Faultline has noticed and proposes a problem, with its incidents and what they
        cost.
      </Text>
      <Group gap="xs">
        <ToIncident fault={faultOf(demo, 'kafka-disk')}>Open</ToIncident>
        <Go to="/problems">See the problems</Go>
      </Group>
    </>
  )
}

function MendStep({ demo }: StepProps) {
  const act = useDemoAct()
  const faults = demo.faults ?? []
  if (faults.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing is broken yet: wait for the storm.
      </Text>
    )
  return (
    <>
      <Text size="sm">
        Do what the runbooks say. The alerts end one after the other, and a minute after the last
        one the incident resolves by itself. You can also resolve it by hand and say what it was.
      </Text>
      <Group gap="xs">
        {faults.map(({ id, mend, mended }) => (
          <Button
            key={id}
            size="compact-sm"
            variant={mended ? 'default' : 'light'}
            disabled={mended}
            onClick={() => act.mutate({ do: 'mend', fault: id })}
          >
            {mended ? `Done: ${mend}` : mend}
          </Button>
        ))}
      </Group>
    </>
  )
}

function OwnStep() {
  return (
    <Text size="sm">
      Stop the demo, run <code>npm start</code>, and list <code>127.0.0.1:7373</code> beside your
      Alertmanager in <code>prometheus.yml</code>. The{' '}
      <Anchor href="/docs" size="sm">
        API
      </Anchor>{' '}
      describes itself; <code>docs/ingest.md</code> has every other tool. Your data lies in a folder
      of its own: nothing of this demo is in it.
    </Text>
  )
}
