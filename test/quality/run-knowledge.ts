/** `npm run quality:knowledge`: how well articles are suggested; writes docs/knowledge-quality.md. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../support/source.ts'
import { measureKnowledge } from './measure/knowledge.ts'
import { knowledgePage, knowledgeTables } from './measure/knowledge-page.ts'

const measured = measureKnowledge()
process.stdout.write(`${knowledgeTables(measured)}\n`)
writeFileSync(join(ROOT, 'docs/knowledge-quality.md'), knowledgePage(measured))
