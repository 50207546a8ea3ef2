/** A call of every operation on articles, in an order in which each succeeds. */
import { join } from 'node:path'
import { demoFolder } from '../../src/paths.ts'

export const KNOWLEDGE_FOLDER = join(demoFolder(), 'articles')

const SLOW = '/api/v1/articles/db%2FSlow'

export const KNOWLEDGE_CALLS: readonly (readonly ['GET' | 'POST' | 'PUT', string, object?])[] = [
  ['GET', '/api/v1/articles'],
  ['GET', '/api/v1/articles/db%2FDiskFull'],
  ['PUT', SLOW, { title: 'Slow', body: 'Wait.', owner: 'dba', reviewOn: '2027-01-31' }],
  ['POST', `${SLOW}/retire`, {}],
  ['POST', `${SLOW}/restore`, { revision: 1 }],
  ['GET', `${SLOW}/versions`],
  ['GET', `${SLOW}/versions/2`],
  ['GET', `${SLOW}/uses`],
  ['GET', '/api/v1/article-search?q=disk'],
  ['GET', '/api/v1/article-facets'],
  ['GET', '/api/v1/knowledge/folder'],
  ['POST', '/api/v1/knowledge/folder/read'],
  ['GET', '/api/v1/knowledge/dead-links'],
  ['GET', '/api/v1/knowledge/formats'],
  [
    'POST',
    '/api/v1/knowledge/imports',
    { format: 'markdown', files: [{ name: 'db/New.md', text: '# New\n\nx' }], dryRun: true },
  ],
]
