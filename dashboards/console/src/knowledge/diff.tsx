/** Two texts, line by line. */
import { Text } from '@mantine/core'
import { diffLines } from 'diff'
import classes from './knowledge.module.css'

interface DiffProps {
  readonly before: string
  readonly after: string
}

/** A comparison that takes longer says less than the two texts. */
const TIMEOUT_MS = 500
/** Lines around a change that show where it is. */
const AROUND = 3

export function TextDiff({ before, after }: DiffProps) {
  const parts = diffLines(before, after, { timeout: TIMEOUT_MS })
  if (parts === undefined) return <Text size="sm">The two differ too much to be compared.</Text>
  if (parts.every(({ added, removed }) => !added && !removed))
    return <Text size="sm">Nothing is different.</Text>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the focus
    <pre className={classes['diff']} tabIndex={0}>
      {parts.map(({ added, removed, value }, at) => {
        const key = `${at}`
        if (added) return <ins key={key}>{value}</ins>
        if (removed) return <del key={key}>{value}</del>
        return <span key={key}>{shortened(value)}</span>
      })}
    </pre>
  )
}

function shortened(text: string): string {
  const lines = text.split('\n')
  if (lines.length <= 2 * AROUND + 2) return text
  return [...lines.slice(0, AROUND), '…', ...lines.slice(-AROUND - 1)].join('\n')
}
