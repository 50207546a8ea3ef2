/** Text with the words marked that made an article fit. */
import type { Term } from '../api/schema.d.ts'

/** Stems of the words that the terms count, as the index has them. */
export function wordsOf(terms: readonly Term[]): readonly string[] {
  return terms.flatMap(({ inputs: { word } }) => (typeof word === 'string' ? [word] : []))
}

/** The parts of a text; those that are `meant` begin like one of the words. */
export function partsOf(
  text: string,
  words: readonly string[],
): readonly { readonly text: string; readonly meant: boolean }[] {
  const stems = words
    .filter((word) => word.length > 1)
    .map((word) => word.toLowerCase().replace(/[iy]$/, ''))
  // words and what is between them take turns
  return text.split(/([\p{L}\p{N}]+)/u).map((part, at) => ({
    text: part,
    meant: at % 2 === 1 && stems.some((stem) => part.toLowerCase().startsWith(stem)),
  }))
}

interface MarkedProps {
  readonly text: string
  readonly words: readonly string[]
}

export function Marked({ text, words }: MarkedProps) {
  return partsOf(text, words).map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
    part.meant ? <mark key={at}>{part.text}</mark> : part.text,
  )
}
