/**
 * Writes `src/api/schema.d.ts`: a type for every schema of the API's OpenAPI description.
 * `npm run api:types -- <address of a running Faultline, or a file>`
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compile } from 'json-schema-to-typescript'

export const TYPES_FILE = fileURLToPath(new URL('src/api/schema.d.ts', import.meta.url))

const BANNER = '/** Generated from /openapi.json by `npm run api:types`; do not edit. */'

/** The types of `components.schemas`, as TypeScript; equal for equal descriptions. */
export async function typesOf(description: string): Promise<string> {
  const { components } = JSON.parse(
    description.replaceAll('#/components/schemas/', '#/$defs/'),
  ) as {
    readonly components: { readonly schemas: Readonly<Record<string, object>> }
  }
  const names = Object.keys(components.schemas).sort()
  const definitions = Object.fromEntries(names.map((name) => [name, components.schemas[name]]))
  const root = {
    title: 'Schemas',
    type: 'object',
    additionalProperties: false,
    required: names,
    properties: Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/${name}` }])),
    $defs: definitions,
  }
  return compile(root as Parameters<typeof compile>[0], 'Schemas', {
    bannerComment: BANNER,
    additionalProperties: false,
    style: { semi: false, singleQuote: true, printWidth: 100 },
  })
}

async function read(from: string): Promise<string> {
  if (!/^https?:/.test(from)) return readFileSync(from, 'utf8')
  const answer = await fetch(new URL('/openapi.json', from))
  if (!answer.ok) throw new Error(`${answer.url} answers ${answer.status}`)
  return answer.text()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(TYPES_FILE, await typesOf(await read(process.argv[2] ?? 'http://127.0.0.1:7373')))
}
