/** Holds answers to the API's own description of them. */
import { z } from 'zod'

const Media = z.object({ schema: z.record(z.string(), z.unknown()).optional() }).loose()
const Content = z.record(z.string(), Media)
const Operation = z
  .object({
    operationId: z.string(),
    tags: z.array(z.string()).min(1),
    summary: z.string().min(1),
    security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
    requestBody: z
      .object({ required: z.boolean().optional(), content: Content })
      .loose()
      .optional(),
    responses: z.record(z.string(), z.object({ content: Content.optional() }).loose()),
  })
  .loose()
export type Operation = z.output<typeof Operation>

export const Description = z
  .object({
    openapi: z.literal('3.1.0'),
    paths: z.record(z.string(), z.record(z.string(), Operation)),
    components: z
      .object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .loose(),
  })
  .loose()
export type Description = z.output<typeof Description>

export interface Described {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

export function operationsOf({ paths }: Description): Described[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
}

/** The operation that answers a request. */
export function operationFor(all: readonly Described[], method: string, url: string): Described {
  const path = url.split('?')[0] ?? ''
  const found = all.find(
    (one) =>
      one.method === method &&
      new RegExp(`^${one.path.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
  )
  if (found === undefined) throw new Error(`${method} ${path} is not described`)
  return found
}

/** What is wrong with an answer by its description; empty is right. */
export async function faultsOf(
  description: Description,
  { method, path, operation }: Described,
  response: Response,
): Promise<string[]> {
  const name = `${method} ${path} ${response.status}`
  const described = operation.responses[String(response.status)]
  if (described === undefined) return [`${name}: the status is not described`]
  const type = response.headers.get('content-type')
  if (described.content === undefined) {
    return (await response.text()) === '' ? [] : [`${name}: there is a body`]
  }
  const essence = (text: string): string => text.split(';')[0] ?? ''
  const media = Object.entries(described.content).find(
    ([known]) => essence(known) === essence(type ?? ''),
  )?.[1]
  if (media === undefined) return [`${name}: ${type} is not described`]
  if (!/json/.test(type ?? '')) return []
  const parsed = toZod(description, media.schema ?? {}).safeParse(await response.json())
  if (parsed.success) return []
  return parsed.error.issues.map((issue) => `${name}: ${issue.path.join('.')}: ${issue.message}`)
}

/** A schema of the description as one that can be asked. */
export function toZod({ components }: Description, schema: object): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: components.schemas })
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')))
}
