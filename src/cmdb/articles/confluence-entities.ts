/** `entities.xml` of a Confluence export: objects with properties, of which pages are made. */
import { SaxesParser } from 'saxes'
import { compare } from '../../core/topology.ts'

export interface ConfluencePage {
  readonly id: string
  readonly title: string
  /** In the storage format: XHTML with elements of Confluence. */
  readonly body: string
  readonly labels: readonly string[]
}

interface Entity {
  readonly kind: string
  id: string
  /** Text of a property, or the id of the object that it refers to. */
  readonly properties: Map<string, string>
}

type Read = { readonly pages: readonly ConfluencePage[] } | { readonly error: string }

/** Kinds of objects that pages are made of; the others are passed over. */
const KINDS = new Set(['Page', 'BodyContent', 'Labelling', 'Label'])

/** Never throws; what is not well-formed says so. Entities of a document type are not expanded. */
export function entitiesOf(xml: string): Read {
  const entities: Entity[] = []
  try {
    parse(xml, (entity) => entities.push(entity))
  } catch (cause) {
    const [reason = ''] = String(cause instanceof Error ? cause.message : cause).split('\n')
    return { error: `is no XML of an export: ${reason}` }
  }
  if (entities.length === 0) return { error: 'has no pages' }
  return { pages: pagesOf(entities) }
}

/**
 * Elements in their order: `object` holds an `id` and its `property`s; a property holds text or the
 * `id` of another object; what is deeper, as in collections, is passed over.
 */
function parse(xml: string, give: (entity: Entity) => void): void {
  const parser = new SaxesParser()
  let entity: Entity | null = null
  let property: string | null = null
  let depth = 0
  let text = ''
  parser.on('error', (cause) => {
    throw cause
  })
  parser.on('doctype', () => {
    throw new Error('it has a document type')
  })
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1
    text = ''
    if (name === 'object' && depth === 2) {
      const kind = String(attributes['class'] ?? '')
      entity = KINDS.has(kind) ? { kind, id: '', properties: new Map() } : null
    } else if (name === 'property' && depth === 3) property = String(attributes['name'] ?? '')
  })
  const add = (more: string): void => {
    if (entity !== null) text += more
  }
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('closetag', ({ name }) => {
    if (entity !== null && name === 'id' && depth === 3) entity.id = text.trim()
    else if (entity !== null && property !== null) {
      if (name === 'id' && depth === 4) entity.properties.set(property, text.trim())
      else if (depth === 3 && !entity.properties.has(property))
        entity.properties.set(property, text)
    }
    if (depth === 3) property = null
    if (depth === 2 && entity !== null) {
      give(entity)
      entity = null
    }
    depth -= 1
    if (depth < 4 && name !== 'id') text = ''
  })
  parser.write(xml).close()
}

function pagesOf(entities: readonly Entity[]): readonly ConfluencePage[] {
  const of = (kind: string): readonly Entity[] => entities.filter((entity) => entity.kind === kind)
  const text = ({ properties }: Entity, name: string): string => properties.get(name)?.trim() ?? ''
  const bodies = new Map(
    // within a section of its own an end of a section is written with a blank
    of('BodyContent').map((one) => [
      text(one, 'content'),
      text(one, 'body').replaceAll(']] >', ']]>'),
    ]),
  )
  const names = new Map(of('Label').map((one) => [one.id, text(one, 'name')]))
  const labels = new Map<string, string[]>()
  for (const one of of('Labelling')) {
    const name = names.get(text(one, 'label'))
    const page = text(one, 'content')
    if (name !== undefined) labels.set(page, [...(labels.get(page) ?? []), name])
  }
  return of('Page')
    .filter(
      (page) => text(page, 'contentStatus') === 'current' && text(page, 'originalVersion') === '',
    )
    .map((page) => ({
      id: page.id,
      title: text(page, 'title'),
      body: bodies.get(page.id) ?? '',
      labels: [...(labels.get(page.id) ?? [])].sort(compare),
    }))
}
