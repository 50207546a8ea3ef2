/**
 * Mappings: how the body of a tool without a source of its own becomes alerts, as YAML in
 * `rules/ingest/<source>.yaml`. Paths lead into the body, texts may hold paths in `{{ }}`.
 */
import { z } from 'zod'
import { SEVERITIES } from './model.ts'

/** One step of a path: a field, a place in a list, or the element of a list with a field's value. */
export type Step =
  | { readonly field: string }
  | { readonly index: number }
  | { readonly where: string; readonly is: string }

/** Leads from a JSON value to one in it; no steps: the value itself. */
export type Path = readonly Step[]

const STEP =
  /(?:^|\.)([^.[\]"\s=]+)|\[(\d{1,6})\]|\["((?:[^"\\]|\\.)*)"\]|\[([^[\]"=]+)=([^[\]"]*)\]/y
const MAX_STEPS = 20

/**
 * Reads a path: `check.id`, `items[0].name`, `fields["k8s.pod"]`, `fields[key=severity].value`;
 * `.` is the value itself.
 *
 * @returns `null` where the text is no path
 */
export function parsePath(text: string): Path | null {
  const trimmed = text.trim().replace(/^\$\.?/, '')
  if (trimmed === '' || trimmed === '.') return []
  const steps: Step[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < trimmed.length) {
    const found = STEP.exec(trimmed)
    if (found === null || steps.length === MAX_STEPS) return null
    const [, field, index, quoted, where, is] = found
    if (field !== undefined) steps.push({ field })
    else if (index !== undefined) steps.push({ index: Number(index) })
    else if (quoted !== undefined) steps.push({ field: quoted.replace(/\\(.)/gs, '$1') })
    else steps.push({ where: where ?? '', is: is ?? '' })
  }
  return steps
}

const PathText = z.string().transform((text, ctx): Path => {
  const path = parsePath(text)
  if (path !== null) return path
  ctx.addIssue({ code: 'custom', message: `not a path: ${text}` })
  return z.NEVER
})

/** A text with paths in it; a part that leads nowhere is empty. */
export type Template = readonly (string | Path)[]

const TemplateText = z.string().transform((text, ctx): Template => {
  const parts: (string | Path)[] = []
  let end = 0
  for (const found of text.matchAll(/\{\{(.*?)\}\}/gs)) {
    const path = parsePath(found[1] ?? '')
    if (path === null) {
      ctx.addIssue({ code: 'custom', message: `not a path: ${found[1]}` })
      return z.NEVER
    }
    if (found.index > end) parts.push(text.slice(end, found.index))
    parts.push(path)
    end = found.index + found[0].length
  }
  if (end < text.length) parts.push(text.slice(end))
  return parts
})

const Words = z.array(z.union([z.string(), z.number(), z.boolean()]).transform(String)).min(1)
const Names = z.record(z.string().min(1).max(512), PathText)

/** Words that end an alert, unless the mapping has its own. */
const RESOLVED = [
  ...['resolved', 'resolve', 'ok', 'up', 'normal', 'closed', 'close', 'clear', 'cleared'],
  ...['recovered', 'recovery', 'inactive', 'healthy', 'green', 'success', 'good', '0', 'false'],
]

export const IngestMapping = z.strictObject({
  /** The tool and the page that describes its body. */
  description: z.string().default(''),
  /** Where the list of reports is; without it the body is one report, or a list of them. */
  items: PathText.optional(),
  /** What makes two reports the same alert: ids, never prose. One that is missing rejects the report. */
  identity: z.array(PathText).min(1).max(20),
  /** Without it every report fires. */
  status: z
    .strictObject({
      path: PathText,
      /** Compared without case. */
      resolved: Words.default(RESOLVED),
      /** Given: any other word than these and `resolved` rejects the report. */
      firing: Words.optional(),
    })
    .optional(),
  severity: z
    .strictObject({
      path: PathText,
      /** Compared without case; a word that is not in it is read as everywhere else. */
      table: z.record(z.string(), z.enum(SEVERITIES)).default({}),
    })
    .optional(),
  /** Name of the rule or check. */
  rule: TemplateText,
  title: TemplateText,
  labels: Names.default({}),
  /** Objects whose fields become labels. */
  labels_from: z.array(PathText).max(10).default([]),
  annotations: Names.default({}),
  starts_at: PathText.optional(),
  ends_at: PathText.optional(),
  url: PathText.optional(),
})
export type IngestMapping = z.output<typeof IngestMapping>

/** Ids of mapped sources: the last part of the address they are posted to. */
export const MappingId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name of small letters, digits and dashes')
