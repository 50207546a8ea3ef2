/** Text with the words marked that made an article fit. */
import type { Term } from '../api/schema.d.ts'

/** Stems of the words that the terms count, as the index has them. */
export function wordsOf(terms: readonly Term[]): readonly string[] {
  return terms.flatMap(({ inputs: { word } }) => (typeof word === 'string' ? [word] : []))
}

interface MarkedProps {
  readonly text: string
  readonly words: readonly string[]
}

export function Marked({ text, words }: MarkedProps) {
  const stems = words.filter((word) => word.length > 1).map((word) => word.toLowerCase())
  const isMeant = (part: string): boolean =>
    stems.some((stem) => part.toLowerCase().startsWith(stem.replace(/[iy]$/, '')))
  const parts = text.split(/([\p{L}\p{N}]+)/u)
  return parts.map((part, at) =>
    // words and what is between them take turns: the index is what tells them apart
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
    at % 2 === 1 && isMeant(part) ? <mark key={at}>{part}</mark> : part,
  )
}
