/** A dialog that takes keys from the moment it can be seen. */
import { Modal, type ModalProps } from '@mantine/core'
import { useLayoutEffect, useRef } from 'react'

/** What is marked `data-autofocus` in it has the focus as soon as it is there. */
export function Dialog({ children, ...rest }: ModalProps) {
  return (
    <Modal {...rest}>
      <Content>{children}</Content>
    </Modal>
  )
}

/** Mantine moves the focus one task after the dialog is there: a key pressed between would be lost. */
function Content({ children }: Pick<ModalProps, 'children'>) {
  const content = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    content.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus({ preventScroll: true })
  }, [])
  return <div ref={content}>{children}</div>
}
