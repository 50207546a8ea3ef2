/** A link to a page of ours by its address, with whatever that page reads out of it. */
import { Anchor, type AnchorProps } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import type { MouseEvent, ReactNode } from 'react'

/** Left out where undefined; a list is given as often as it has members. */
export type AddressQuery = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>

/** `/alerts?state=firing&rule=a&rule=b` */
export function toAddress(path: string, query: AddressQuery = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one) =>
      one === undefined || one === '' ? [] : [[name, String(one)]],
    ),
  )
  const text = new URLSearchParams(given).toString()
  return text === '' ? path : `${path}?${text}`
}

interface PageLinkProps extends AnchorProps {
  readonly path: string
  readonly query?: AddressQuery
  readonly children: ReactNode
  readonly 'aria-label'?: string
  readonly title?: string
}

/** Goes there without loading the console anew; a new tab or window as with every link. */
export function PageLink({ path, query = {}, children, ...anchor }: PageLinkProps) {
  const router = useRouter()
  const href = toAddress(path, query)
  const go = (event: MouseEvent<HTMLAnchorElement>): void => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    router.history.push(href)
  }
  return (
    <Anchor href={href} onClick={go} inherit {...anchor}>
      {children}
    </Anchor>
  )
}
