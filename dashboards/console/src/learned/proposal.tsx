/** One proposal: what it says, who said so, what it would have done to the past. */
import { Button, Group, Text } from '@mantine/core'
import { useDismissProposal, useRestoreProposal, useTryProposal } from '../api/proposals.ts'
import type { Proposal, ProposalCorrection } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { More } from '../ui/more.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { Snippet } from '../ui/snippet.tsx'
import { Tried } from './tried.tsx'
import { VERBS } from './verbs.ts'
import { AcceptWeights, Weights } from './weights.tsx'

interface RowProps {
  readonly proposal: Proposal
  readonly onAccept: () => void
}

export function ProposalRow({ proposal, onAccept }: RowProps) {
  const { id, state, text, corrections, against, dismissed } = proposal
  return (
    <li data-proposal={id}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 320px' }}>
          <Group gap={6}>
            <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
              {text}
            </Text>
            <Mark tone="accent">{doesOf(proposal)}</Mark>
            {state === 'in_use' && (
              <Mark tone="good" why="The rules in force have it.">
                in use
              </Mark>
            )}
            {state === 'dismissed' && <Mark tone="calm">dismissed</Mark>}
          </Group>
          <Support proposal={proposal} />
          {state === 'dismissed' && dismissed !== null && (
            <Text size="xs" c="dimmed">
              Dismissed by {dismissed.by} <Ago at={dismissed.at} />
              {dismissed.reason !== null && `: ${dismissed.reason}`}. It returns once twice as much
              speaks for it.
            </Text>
          )}
        </div>
        <Actions proposal={proposal} onAccept={onAccept} />
      </Group>
      {proposal.backtest !== null && <Tried backtest={proposal.backtest} />}
      {proposal.kind === 'rule' ? (
        <More label={`The rule, for ${proposal.pack}.yaml`}>
          <Snippet code={proposal.yaml} />
        </More>
      ) : (
        <Weights proposal={proposal} />
      )}
      <More label={`${count(corrections.length, 'correction')} it is made of`}>
        <Corrections corrections={corrections} />
      </More>
      {against.length > 0 && (
        <More label={`${count(against.length, 'correction')} ${AGAINST[proposal.kind]}`}>
          <Corrections corrections={against} />
        </More>
      )}
    </li>
  )
}

function doesOf(proposal: Proposal): string {
  if (proposal.kind === 'weights') return 'weighs'
  const { pack, relation } = proposal
  if (pack === 'suppress') return 'mutes'
  if (pack === 'priority') return 'lowers the priority'
  return relation === 'together' ? 'groups' : 'keeps apart'
}

const AGAINST = {
  rule: 'that say the opposite',
  weights: 'of which it would have got more wrong',
} as const

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

function Support({
  proposal: { id, kind, incidents, people, against },
}: {
  readonly proposal: Proposal
}) {
  return (
    <Text size="xs" c="dimmed">
      <span className="fl-mono">{id}</span>: {count(incidents, 'incident')}, corrected by{' '}
      {people.join(', ')}
      {against.length > 0 &&
        `; ${against.length} ${kind === 'rule' ? 'said the opposite' : 'would be worse'}`}
    </Text>
  )
}

function Corrections({ corrections }: { readonly corrections: readonly ProposalCorrection[] }) {
  return (
    <ul style={{ margin: 0, paddingLeft: 18 }}>
      {corrections.map(({ kind, by, at, incident, other }) => (
        <Text component="li" size="xs" key={`${incident} ${other} ${at}`}>
          {by} {VERBS[kind]} <IncidentLink id={incident} />
          {other !== incident && (
            <>
              {' '}
              and <IncidentLink id={other} />
            </>
          )}{' '}
          <Ago at={at} />
        </Text>
      ))}
    </ul>
  )
}

function Actions({ proposal, onAccept }: RowProps) {
  const { id, state, backtest } = proposal
  const attempt = useTryProposal()
  const dismiss = useDismissProposal()
  const restore = useRestoreProposal()
  const isGoing = backtest !== null && backtest.endedAt === null
  const back = (): void =>
    restore.mutate(id, { onSuccess: () => sayDone(`${id} is proposed again`), onError: sayRefused })
  const undo = [{ label: 'Undo', act: back }]
  return (
    <Group gap={6}>
      <Button
        size="compact-sm"
        variant="default"
        data-main
        data-do="try"
        aria-label={`Backtest ${id}`}
        loading={attempt.isPending}
        disabled={isGoing}
        onClick={() => attempt.mutate(id, { onError: sayRefused })}
      >
        Backtest
      </Button>
      {proposal.kind === 'weights' && <AcceptWeights proposal={proposal} />}
      {proposal.kind === 'rule' && state !== 'in_use' && (
        <Button
          size="compact-sm"
          variant="default"
          data-do="accept"
          aria-label={`Accept ${id}…`}
          onClick={onAccept}
        >
          Accept…
        </Button>
      )}
      {state === 'open' && (
        <Button
          size="compact-sm"
          variant="default"
          data-do="decide"
          aria-label={`Dismiss ${id}`}
          loading={dismiss.isPending}
          onClick={() =>
            dismiss.mutate(id, {
              onSuccess: () => sayDone(`${id} is dismissed`, undo),
              onError: sayRefused,
            })
          }
        >
          Dismiss
        </Button>
      )}
      {state === 'dismissed' && (
        <Button
          size="compact-sm"
          variant="default"
          data-do="decide"
          aria-label={`Restore ${id}`}
          loading={restore.isPending}
          onClick={back}
        >
          Restore
        </Button>
      )}
    </Group>
  )
}
