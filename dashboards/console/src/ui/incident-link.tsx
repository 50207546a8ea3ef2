import { Anchor, type AnchorProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ReactNode, Ref } from 'react'

interface RoutedProps extends AnchorProps {
  readonly ref?: Ref<HTMLAnchorElement>
  readonly children?: ReactNode
}

const Routed = createLink((props: RoutedProps) => <Anchor {...props} />)

interface IncidentLinkProps {
  readonly id: string
  /** Its title; the id unless given. */
  readonly children?: ReactNode
}

export function IncidentLink({ id, children = id }: IncidentLinkProps) {
  return (
    <Routed to="/incidents/$id" params={{ id }} fw={600} inherit>
      {children}
    </Routed>
  )
}
