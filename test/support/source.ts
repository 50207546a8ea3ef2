/** Reads the project's own sources as syntax trees, for the tests that hold its architecture. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { parseSync } from 'vite'

export const ROOT = resolve(import.meta.dirname, '../..')

export interface SourceFile {
  /** From the root of the project, with `/`. */
  readonly path: string
  readonly lines: number
  /** What it imports or re-exports, types included: project files as paths from the root. */
  readonly imports: readonly string[]
  /** Names it uses or declares, without names of members and keys. */
  readonly names: ReadonlySet<string>
  /** Names of members it reads, and `object.member` where the object is a plain name. */
  readonly members: ReadonlySet<string>
}

/** Paths of all files below a folder, from the root of the project, sorted. */
export function filesBelow(folder: string, pattern: RegExp): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => pattern.test(path) && !path.includes('node_modules/'))
    .sort()
}

/** Every TypeScript file below the folders, declarations left out. */
export function readSources(folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => filesBelow(folder, /(?<!\.d)\.tsx?$/))
    .map((path) => readSource(path, readFileSync(join(ROOT, path), 'utf8')))
}

/** One file; a text that is not TypeScript is an error. */
export function readSource(path: string, text: string): SourceFile {
  const { program, module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  const found = { names: new Set<string>(), members: new Set<string>(), types: new Set<string>() }
  walk(program, found)
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
      text.slice(start, end).replace(/^['"`]|['"`]$/g, ''),
    ),
    ...found.types,
  ]
  const imports = [...new Set(specifiers)].map((specifier) =>
    specifier.startsWith('.') ? posix.join(dirname(path), specifier) : specifier,
  )
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return { path, lines, imports, names: found.names, members: found.members }
}

interface Found {
  readonly names: Set<string>
  readonly members: Set<string>
  /** Modules of `import('…')` types. */
  readonly types: Set<string>
}

type Node = { readonly type: string } & Readonly<Record<string, unknown>>

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

/** Fields that hold the name of a member or key, not of a variable, unless `computed` is set. */
const NAME_FIELDS: Readonly<Record<string, string>> = {
  MemberExpression: 'property',
  Property: 'key',
  PropertyDefinition: 'key',
  MethodDefinition: 'key',
  TSPropertySignature: 'key',
  TSMethodSignature: 'key',
  TSQualifiedName: 'right',
  ImportSpecifier: 'imported',
  ExportSpecifier: 'exported',
}

function walk(value: unknown, found: Found): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, found)
    return
  }
  if (!isNode(value)) return
  const name = nameOf(value)
  if (name !== undefined) found.names.add(name)
  if (value.type === 'MemberExpression') addMember(value, found.members)
  if (value.type === 'TSImportType') addTypeModule(value, found.types)
  const skipped = value['computed'] === true ? undefined : NAME_FIELDS[value.type]
  for (const [field, child] of Object.entries(value)) if (field !== skipped) walk(child, found)
}

function addMember({ object, property, computed }: Node, members: Set<string>): void {
  if (computed === true) {
    const literal = isNode(property) && property.type === 'Literal' ? property['value'] : undefined
    if (typeof literal === 'string') addNames(object, literal, members)
    return
  }
  const member = nameOf(property)
  if (member !== undefined) addNames(object, member, members)
}

function addNames(object: unknown, member: string, members: Set<string>): void {
  members.add(member)
  const owner = nameOf(object)
  if (owner !== undefined) members.add(`${owner}.${member}`)
}

function addTypeModule({ source }: Node, types: Set<string>): void {
  const module = isNode(source) ? source['value'] : undefined
  if (typeof module === 'string') types.add(module)
}

function nameOf(node: unknown): string | undefined {
  if (!isNode(node) || node.type !== 'Identifier') return undefined
  const name = node['name']
  return typeof name === 'string' ? name : undefined
}
