/** The API's description as one page of HTML: no script, nothing from elsewhere. */
import type { Description } from './openapi.ts'

type Json = Readonly<Record<string, unknown>>

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h2 { margin-top: 2.5rem; } details { border-top: 1px solid #8884; padding: .4rem 0; }
  summary { cursor: pointer; } code, pre { font: 14px/1.4 ui-monospace, monospace; }
  pre { overflow: auto; padding: .6rem; background: #8881; border-radius: 4px; }
  .method { display: inline-block; width: 3.5rem; font-weight: 600; text-transform: uppercase; }
  .quiet { opacity: .7; } table { border-collapse: collapse; } td { padding: .1rem 1rem .1rem 0; }
  :root { color-scheme: light dark; }
`

/** A page for people: operations by tag, then the shapes they speak of. */
export function renderDocs(description: Description): string {
  const { info, tags = [], paths = {}, components } = description
  const sections = tags.map(({ name, description: about }) => {
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = asJson(asJson(item)?.[method])
        const own = operation?.['tags']
        if (operation === undefined || !Array.isArray(own) || !own.includes(name)) return []
        return [renderOperation(method, path, operation)]
      }),
    )
    const intro = `<p class="quiet">${escapeHtml(about ?? '')}</p>`
    return `<h2 id="${slug(name)}">${escapeHtml(name)}</h2>${intro}${operations.join('')}`
  })
  const shapes = Object.entries(components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<details id="schema-${slug(name)}"><summary><code>${escapeHtml(name)}</code></summary>` +
      `<pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre></details>`,
  )
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(info.title)} API</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(info.title)} API <span class="quiet">${escapeHtml(info.version)}</span></h1>`,
    `<p>${text(info.description)}</p>`,
    '<p>The same for programs: <a href="/openapi.json">/openapi.json</a>.</p>',
    ...sections,
    '<h2 id="schemas">Shapes</h2>',
    ...shapes,
    '</body></html>',
  ].join('\n')
}

function renderOperation(method: string, path: string, operation: Json): string {
  const parameters = asList(operation['parameters']).map((parameter) => {
    const needed = parameter['required'] === true ? ' (needed)' : ''
    const about = asJson(parameter['schema'])?.['description'] ?? parameter['description'] ?? ''
    const kind = `<span class="quiet">${escapeHtml(String(parameter['in']))}${needed}</span>`
    return `<tr><td><code>${escapeHtml(String(parameter['name']))}</code></td><td>${kind}</td><td>${text(about)}</td></tr>`
  })
  const body = renderContent(asJson(operation['requestBody'])?.['content'])
  const responses = Object.entries(asJson(operation['responses']) ?? {}).map(
    ([status, response]) =>
      `<tr><td><code>${escapeHtml(status)}</code></td><td>${text(asJson(response)?.['description'])}</td>` +
      `<td>${renderContent(asJson(response)?.['content'])}</td></tr>`,
  )
  return [
    `<details id="${escapeHtml(String(operation['operationId']))}">`,
    `<summary><span class="method">${method}</span> <code>${escapeHtml(path)}</code> `,
    `<span class="quiet">${text(operation['summary'])}</span></summary>`,
    `<p>${text(operation['description'])}</p>`,
    parameters.length === 0 ? '' : `<table>${parameters.join('')}</table>`,
    body === '' ? '' : `<p>Body: ${body}</p>`,
    `<table>${responses.join('')}</table></details>`,
  ].join('')
}

function renderContent(content: unknown): string {
  return Object.entries(asJson(content) ?? {})
    .map(([type, media]) => {
      const schema = asJson(asJson(media)?.['schema'])
      const reference = schema?.['$ref']
      const example = asJson(media)?.['example']
      const shown = example === undefined ? schema : example
      if (typeof reference !== 'string') {
        const inline = JSON.stringify(shown ?? {}, null, 2)
        return `<code>${escapeHtml(type)}</code><pre>${escapeHtml(inline)}</pre>`
      }
      const name = reference.split('/').at(-1) ?? ''
      return `<a href="#schema-${slug(name)}"><code>${escapeHtml(name)}</code></a>`
    })
    .join(' ')
}

function asJson(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined
}

function asList(value: unknown): Json[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : []
  return list.map(asJson).filter((one) => one !== undefined)
}

function slug(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase()
}

/** Escaped, with `code` in backticks. */
function text(value: unknown): string {
  return escapeHtml(typeof value === 'string' ? value : '').replace(/`([^`]+)`/g, '<code>$1</code>')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
}
