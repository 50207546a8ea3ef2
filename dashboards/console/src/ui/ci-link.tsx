import { Anchor, type AnchorProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ReactNode, Ref } from 'react'
import { CiName } from './ci-name.tsx'

interface RoutedProps extends AnchorProps {
  readonly ref?: Ref<HTMLAnchorElement>
  readonly children?: ReactNode
}

const Routed = createLink((props: RoutedProps) => <Anchor {...props} />)

interface CiLinkProps {
  readonly id: string
  /** Its name, which is looked up unless given. */
  readonly children?: ReactNode
}

export function CiLink({ id, children = <CiName id={id} /> }: CiLinkProps) {
  return (
    <Routed to="/cis/$id" params={{ id }} inherit underline="always">
      {children}
    </Routed>
  )
}
