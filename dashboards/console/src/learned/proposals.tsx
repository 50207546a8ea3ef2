/** What people's corrections speak for: nothing of it is in force before a person puts it there. */
import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { proposalsQuery } from '../api/proposals.ts'
import type { Proposal } from '../api/schema.d.ts'
import { useKeys } from '../ui/keys.ts'
import { More } from '../ui/more.tsx'
import rows from '../ui/rows.module.css'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { AcceptDialog } from './accept.tsx'
import { ProposalRow } from './proposal.tsx'

/** Presses a button of what is proposed and has the focus, else of the first rule. */
function press(name: 'try' | 'accept' | 'decide'): void {
  const focused = document.activeElement?.closest('[data-proposal], [data-regrouping]')
  const row = focused ?? document.querySelector('[data-proposal]')
  row?.querySelector<HTMLButtonElement>(`[data-do="${name}"]`)?.click()
}

export function Proposals({ scope }: { readonly scope: string | undefined }) {
  const { data, error, isPending, isError, refetch } = useQuery(proposalsQuery(scope))
  const [accepted, setAccepted] = useState<string | null>(null)
  useKeys({ t: () => press('try'), a: () => press('accept'), x: () => press('decide') })
  if (isPending) return <WaitingRows rows={1} height={90} />
  if (isError) return <Failure what="What is proposed" error={error} retry={() => void refetch()} />
  const open = data.items.filter(({ state }) => state === 'open')
  const others = data.items.filter(({ state }) => state !== 'open')
  const chosen = data.items.find(({ id }) => id === accepted)
  const list = (items: readonly Proposal[]) => (
    <ul className={rows['rows']}>
      {items.map((proposal) => (
        <ProposalRow
          key={proposal.id}
          proposal={proposal}
          onAccept={() => setAccepted(proposal.id)}
        />
      ))}
    </ul>
  )
  return (
    <Section title="Proposals" id="proposals">
      <Text size="xs" c="dimmed" mb="sm">
        Where the same was corrected in three incidents or more, the rule that would have done it;
        and where other weights of the score would have got more links right, those weights. Where
        several people correct, each counts for two incidents at most. None is in force before
        somebody puts it into the packs, or accepts it.
      </Text>
      <Stack gap="sm">
        {open.length === 0 && (
          <Text size="sm">
            {others.length > 0
              ? 'None waits for a word.'
              : `None so far: ${kept(data.corrections)} is too little that agrees.`}
          </Text>
        )}
        {open.length > 0 && list(open)}
        {others.length > 0 && (
          <More label={`${others.length} in use or dismissed`}>{list(others)}</More>
        )}
      </Stack>
      {chosen?.kind === 'rule' && (
        <AcceptDialog proposal={chosen} onClose={() => setAccepted(null)} />
      )}
    </Section>
  )
}

function kept(corrections: number): string {
  if (corrections === 0) return 'no correction'
  return corrections === 1 ? '1 correction' : `${corrections} corrections`
}
