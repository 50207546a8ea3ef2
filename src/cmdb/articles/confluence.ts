/**
 * A space of Confluence: the pages of an HTML export (one file each, its text in `#main-content`), or
 * `entities.xml` of an XML export, of which current pages are taken with their labels.
 *
 * @see https://www.xwiki.org/xwiki/bin/view/documentation/extensions/admin/confluence/xml-format/
 * @see https://support.atlassian.com/confluence-cloud/docs/export-content-to-word-pdf-html-and-xml/
 */
import domino from '@mixmark-io/domino'
import { compare } from '../../core/topology.ts'
import type { ImportFile } from '../importer.ts'
import { ArticleCollector } from './collect.ts'
import { entitiesOf } from './confluence-entities.ts'
import { isTooDeep } from './html.ts'
import type { ArticleImporter } from './importer.ts'

export const confluence: ArticleImporter = {
  id: 'confluence',
  title: 'Confluence space export, HTML or XML',
  docs: 'https://support.atlassian.com/confluence-cloud/docs/export-content-to-word-pdf-html-and-xml/',
  isWhole: true,
  read: (files, source) => {
    const collector = new ArticleCollector(source)
    for (const file of [...files].sort((a, b) => compare(a.name, b.name))) {
      if (/\.xml$/i.test(file.name)) addEntities(file, collector)
      else if (/\.html?$/i.test(file.name)) addOrSay(file, collector)
      else collector.bad({ where: file.name, error: 'is neither a page nor entities.xml' })
    }
    return collector.finish()
  },
}

/** One page that no parser can cope with must not take the others with it. */
function addOrSay(file: ImportFile, collector: ArticleCollector): void {
  try {
    addPage(file, collector)
  } catch {
    collector.bad({ where: file.name, error: 'cannot be read as HTML' })
  }
}

function addPage({ name, text }: ImportFile, collector: ArticleCollector): void {
  const base = name.slice(name.lastIndexOf('/') + 1).replace(/\.html?$/i, '')
  // the table of contents of the space
  if (base === 'index') return
  if (isTooDeep(text)) {
    collector.bad({ where: name, error: 'is nested too deep to be read' })
    return
  }
  const page = domino.createDocument(text)
  const main = page.querySelector('#main-content')
  if (main === null || main === undefined) {
    collector.bad({ where: name, error: 'has no #main-content, as pages of an export do' })
    return
  }
  const heading = page.querySelector('#title-text')?.textContent ?? page.title
  // `<space> : <title>`
  const title = heading.replace(/^\s*[^:]{1,200} : /, '').trim()
  const labels = [...page.querySelectorAll('#labels-section a, .label-list a')]
  const key = /(?:^|_)(\d{3,})$/.exec(base)?.[1] ?? base
  const tags = labels.map((label) => label.textContent ?? '')
  collector.html({ key, title, html: main.innerHTML, tags }, name)
}

function addEntities({ name, text }: ImportFile, collector: ArticleCollector): void {
  const read = entitiesOf(text)
  if ('error' in read) {
    collector.bad({ where: name, error: read.error })
    return
  }
  for (const { id, title, body, labels } of read.pages)
    collector.html({ key: id, title, html: body, tags: labels }, `${name} page ${id}`)
}
