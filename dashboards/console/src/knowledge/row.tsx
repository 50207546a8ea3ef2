import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { FoundArticles } from '../api/schema.d.ts'
import { Mark } from '../ui/badges.tsx'
import { Marked } from '../ui/marked.tsx'
import classes from './knowledge.module.css'

type About = Omit<FoundArticles['items'][number], 'score' | 'passage' | 'words'>

interface RowProps {
  readonly article: About
  /** What was found in it. */
  readonly passage?: string
  readonly words?: readonly string[]
}

export function ArticleRow({ article, passage = '', words = [] }: RowProps) {
  const { id, title, owner, source, tags } = article
  return (
    <li className={classes['row']} data-article={id}>
      <div>
        <Link to="/knowledge/$id" params={{ id }} className={classes['name']} data-main>
          <Marked text={title} words={words} />
        </Link>
        <Text size="xs" c="dimmed" truncate className="fl-mono">
          {id}
        </Text>
        {passage !== '' && (
          <Text size="sm" lineClamp={2}>
            <Marked text={passage} words={words} />
          </Text>
        )}
      </div>
      <div className={classes['marks']}>
        <Mark tone="calm">{source}</Mark>
        <ReviewMark reviewOn={article.reviewOn} />
        {tags.slice(0, 4).map((tag) => (
          <Mark key={tag} tone="calm">
            {tag}
          </Mark>
        ))}
      </div>
      <Text size="sm" truncate {...(owner === null ? { c: 'dimmed' } : {})}>
        {owner ?? 'no owner'}
      </Text>
    </li>
  )
}

/** The day, where it has come. */
export function ReviewMark({ reviewOn }: Pick<About, 'reviewOn'>) {
  if (reviewOn === null || reviewOn > new Date().toISOString().slice(0, 10)) return null
  return (
    <Mark tone="warn" why={`It was to be read again by ${reviewOn}.`}>
      review due
    </Mark>
  )
}
