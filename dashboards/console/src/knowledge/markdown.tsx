/**
 * An article as it is read. Raw HTML in it is shown as the text it is and never becomes elements, links
 * lead to the web or nowhere, and no picture is fetched: whoever wrote it gets nothing to run or to see.
 */
import { Table, Typography } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { SafeLink } from '../ui/safe-link.tsx'
import classes from './knowledge.module.css'
import { isLaidOut } from './nesting.ts'

const COMPONENTS: Components = {
  // the page has a heading of its own
  h1: ({ children }) => <h2>{children}</h2>,
  a: ({ href = '', children }) => <SafeLink href={href}>{children}</SafeLink>,
  img: ({ src, alt = '' }) => (
    <SafeLink href={typeof src === 'string' ? src : ''}>{alt === '' ? 'picture' : alt}</SafeLink>
  ),
  table: ({ children }) => (
    <Table.ScrollContainer minWidth={320}>
      <Table>{children}</Table>
    </Table.ScrollContainer>
  ),
}

/** Markdown laid out; as plain text where it is too long or too deep for that. */
export function Markdown({ text }: { readonly text: string }) {
  const plain = <pre className={classes['plain']}>{text}</pre>
  if (!isLaidOut(text)) return plain
  return (
    <Plainly key={text} instead={plain}>
      <Typography className={classes['rendered'] ?? ''}>
        <ReactMarkdown remarkPlugins={[remarkGfm]} components={COMPONENTS}>
          {text}
        </ReactMarkdown>
      </Typography>
    </Plainly>
  )
}

interface PlainlyProps {
  readonly instead: ReactNode
  readonly children: ReactNode
}

/** Shows something plainer where its content cannot be shown. */
class Plainly extends Component<PlainlyProps, { readonly failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.instead : this.props.children
  }
}
