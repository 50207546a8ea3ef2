/** The page of a source as it stands in the documentation. Loaded when somebody connects a tool. */
import { Box, Table, Text, Typography } from '@mantine/core'
import Markdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { Snippet } from '../ui/snippet.tsx'

const COMPONENTS: Components = {
  // the section has a heading of its own
  h1: () => null,
  p: ({ children }) => <Text size="sm">{children}</Text>,
  pre: ({ children }) => <>{children}</>,
  code: ({ children, className }) => {
    const text = String(children)
    const isBlock = className !== undefined || text.includes('\n')
    return isBlock ? (
      <Box mb="sm">
        <Snippet code={text.trimEnd()} />
      </Box>
    ) : (
      <code>{children}</code>
    )
  },
  table: ({ children }) => (
    <Table.ScrollContainer minWidth={320}>
      <Table>{children}</Table>
    </Table.ScrollContainer>
  ),
  // pages beside it are in the documentation, not here
  a: ({ href = '', children }) =>
    /^https?:/.test(href) ? (
      <a href={href} target="_blank" rel="noreferrer" className="fl-link">
        {children}
      </a>
    ) : (
      children
    ),
}

export function Guide({ markdown }: { readonly markdown: string }) {
  return (
    <Typography>
      <Markdown remarkPlugins={[remarkGfm]} components={COMPONENTS}>
        {markdown}
      </Markdown>
    </Typography>
  )
}
