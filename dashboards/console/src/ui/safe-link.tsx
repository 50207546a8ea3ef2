import { Anchor } from '@mantine/core'
import type { ReactNode } from 'react'
import { Icon } from './icons.tsx'

interface SafeLinkProps {
  readonly href: string
  readonly children: ReactNode
}

/** A link that came with an alert or a change: only to the web, and without a word about us. */
export function SafeLink({ href, children }: SafeLinkProps) {
  if (!/^https?:\/\//i.test(href)) return <span>{children}</span>
  return (
    <Anchor href={href} target="_blank" rel="noopener noreferrer" inherit>
      {children} <Icon name="external" size={12} />
    </Anchor>
  )
}
