import { Collapse, UnstyledButton } from '@mantine/core'
import { useDisclosure, useId } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { Icon } from './icons.tsx'
import classes from './more.module.css'

interface MoreProps {
  readonly label: string
  readonly children: ReactNode
  readonly startsOpen?: boolean
}

/** Details that are there for who asks; they are not rendered before. */
export function More({ label, children, startsOpen = false }: MoreProps) {
  const [opened, { toggle }] = useDisclosure(startsOpen)
  const id = useId()
  return (
    <div>
      <UnstyledButton
        className={classes['more'] ?? ''}
        aria-expanded={opened}
        aria-controls={id}
        onClick={toggle}
      >
        <Icon name="chevron" size={13} />
        {label}
      </UnstyledButton>
      <div id={id}>
        <Collapse expanded={opened} keepMounted={false}>
          {children}
        </Collapse>
      </div>
    </div>
  )
}
