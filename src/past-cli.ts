/** `faultline import-incidents`: gives exports of a service desk to a running server, and shows what they change. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from './core/errors.ts'
import type { ServerAddress } from './import-cli.ts'

export interface PastOptions {
  readonly source?: string
  readonly format: string
  readonly scope?: string
  readonly cmdb?: string
  readonly address?: string
  /** `field=column`. */
  readonly column: readonly string[]
  readonly dryRun?: boolean
  readonly undo?: string
  readonly url?: string
}

const Done = z.object({
  id: z.string().nullable(),
  state: z.string(),
  counts: z.record(z.string(), z.number()),
  unbound: z.array(z.object({ name: z.string(), count: z.number() })),
  bad: z.array(z.object({ where: z.string(), field: z.string().nullable(), error: z.string() })),
})

/** Names that are listed; the console has the others. */
const LISTED = 20

/**
 * Prints what was imported, and every row that could not be. Returns 0, or 1 where nothing could be read.
 *
 * @throws AppError `payload_invalid` where a file cannot be read or the server refuses
 */
export async function importIncidents(
  files: readonly string[],
  options: PastOptions,
  server: ServerAddress,
): Promise<number> {
  if (options.undo !== undefined) {
    await call(server, `/${encodeURIComponent(options.undo)}/undo`, {})
    process.stdout.write(`${options.undo} taken back\n`)
    return 0
  }
  const { source = options.format, format, scope, cmdb, address } = options
  const answer = await call(server, '', {
    ...{ source, format, dryRun: options.dryRun === true, columns: columnsOf(options.column) },
    ...(scope === undefined ? {} : { scope }),
    ...(cmdb === undefined ? {} : { cmdb }),
    ...(address === undefined ? {} : { address }),
    files: files.map((name) => ({ name, text: textOf(name) })),
  })
  const { id, state, counts, unbound, bad } = Done.parse(answer)
  for (const { where, field, error } of bad)
    process.stderr.write(`${where}${field === null ? '' : ` ${field}`}: ${error}\n`)
  for (const { name, count } of unbound.slice(0, LISTED))
    process.stderr.write(`unbound: ${name} (${count})\n`)
  const said = Object.entries(counts).filter(([, count]) => count > 0)
  const text = said.map(([name, count]) => `${count} ${name}`).join(', ')
  process.stdout.write(`${id ?? '-'} ${state}: ${text === '' ? 'nothing' : text}\n`)
  const { bad: badCount = 0, ...rest } = counts
  return badCount > 0 && Object.values(rest).every((count) => count === 0) ? 1 : 0
}

/** @throws AppError `payload_invalid` */
function columnsOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=')
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
      throw new AppError('payload_invalid', `--column ${text}: must be field=column`)
    }),
  )
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('payload_invalid', `cannot read ${file}`, {}, cause)
  }
}

async function call({ url, token }: ServerAddress, path: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/past-incidents/imports${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw new AppError('payload_invalid', `no server answers at ${url}`, {}, cause)
  })
  const text = await response.text()
  if (response.ok) return JSON.parse(text)
  const said = `${url} answered ${response.status}: ${text.slice(0, 500)}`
  throw new AppError('payload_invalid', said)
}
