/** Made-up runbooks: as long as public ones, with a few common and many rare words. */
import type { Article } from '../../src/core/model.ts'
import { sequence } from './inputs.ts'

const WORDS = 20_000
/** Words of one, some 3 kB. */
const LENGTH = 420
const SYLLABLES = 'ba ce di fo gu ka le mi no pu ra se ti vo wu za'.split(' ')

/** Follows from `count` alone; `first` begins the text of each. */
export function runbooks(count: number, first = ''): Article[] {
  const random = sequence(11)
  const word = (): string => {
    let number = Math.floor(WORDS ** random())
    let text = ''
    do {
      text += SYLLABLES[number % SYLLABLES.length] ?? ''
      number = Math.floor(number / SYLLABLES.length)
    } while (number > 0)
    return text
  }
  const words = (n: number): string => Array.from({ length: n }, word).join(' ')
  return Array.from({ length: count }, (_, n) => ({
    id: `runbooks/Alert${n}`,
    title: words(4),
    alertnames: [`Alert${n}`],
    classes: ['service'],
    services: [],
    tags: [words(1)],
    body: `# ${words(4)}\n\n${first}${words(60)}\n\n## ${words(3)}\n\n${words(LENGTH - 72)}\n`,
  }))
}
