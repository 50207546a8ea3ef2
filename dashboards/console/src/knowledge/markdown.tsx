/**
 * An article as it is read. Raw HTML in it is shown as the text it is and never becomes elements, links
 * lead to the web or nowhere, and no picture is fetched: whoever wrote it gets nothing to run or to see.
 */
import { Table, Typography } from '@mantine/core'
import { Component, type ReactNode, useMemo } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { Marked, partsOf } from '../ui/marked.tsx'
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

interface MarkdownProps {
  readonly text: string
  /** Stems of words that are marked where they stand. */
  readonly words?: readonly string[]
}

const NONE: readonly string[] = []

/** Markdown laid out; as plain text where it is too long or too deep for that. */
export function Markdown({ text, words = NONE }: MarkdownProps) {
  const marks = useMemo(() => [() => (tree: Node) => markIn(tree, words)], [words])
  const plain = (
    <pre className={classes['plain']}>
      <Marked text={text} words={words} />
    </pre>
  )
  if (!isLaidOut(text)) return plain
  return (
    <Plainly key={text} instead={plain}>
      <Typography className={classes['rendered'] ?? ''}>
        <ReactMarkdown remarkPlugins={[remarkGfm]} rehypePlugins={marks} components={COMPONENTS}>
          {text}
        </ReactMarkdown>
      </Typography>
    </Plainly>
  )
}

/** A node of the laid out text (hast), as far as it matters here. */
interface Node {
  readonly type: string
  readonly value?: string
  readonly tagName?: string
  readonly properties?: Record<string, never>
  children?: Node[] | undefined
}

/** Puts what is meant into `mark` elements. As deep as what is laid out may be. */
function markIn(node: Node, words: readonly string[]): void {
  if (words.length === 0 || node.children === undefined) return
  node.children = node.children.flatMap((child): Node[] => {
    if (child.type !== 'text') {
      markIn(child, words)
      return [child]
    }
    return partsOf(child.value ?? '', words).map(({ text: value, meant }) =>
      meant
        ? { type: 'element', tagName: 'mark', properties: {}, children: [{ type: 'text', value }] }
        : { type: 'text', value },
    )
  })
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
