/** Markdown files, with front matter, as in a folder of articles. */
import { parseArticle } from '../../core/article.ts'
import { compare } from '../../core/topology.ts'
import { ArticleCollector } from './collect.ts'
import type { ArticleImporter } from './importer.ts'

export const markdown: ArticleImporter = {
  id: 'markdown',
  title: 'Markdown files',
  docs: 'https://commonmark.org/',
  isWhole: false,
  read: (files, source) => {
    const collector = new ArticleCollector(source)
    for (const { name, text } of [...files].sort((a, b) => compare(a.name, b.name))) {
      if (!/\.(?:md|markdown)$/i.test(name)) {
        collector.bad({ where: name, error: 'is no Markdown file' })
        continue
      }
      const { article, fault } = parseArticle(name, text)
      if (fault !== null) collector.bad({ where: name, error: `${fault}; its text is taken` })
      collector.article(article, name)
    }
    return collector.finish()
  },
}
