/** `faultline import`: gives files to a running server, shows what they change, and waits for its end. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from './core/errors.ts'

export interface ImportOptions {
  readonly source: string
  readonly format: string
  readonly authority: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly undo?: string
  readonly url?: string
}

export interface ServerAddress {
  readonly url: string
  readonly token: string
}

const Answer = z.object({
  id: z.string(),
  state: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  counts: z.record(z.string(), z.number()).nullable(),
  retiredShare: z.number().nullable(),
  failure: z.string().nullable(),
  diff: z
    .object({
      bad: z.array(
        z.object({ where: z.string(), field: z.string().optional(), error: z.string() }),
      ),
    })
    .nullable(),
})
type Answer = z.output<typeof Answer>

const LOOK_MS = 300
const GOES_ON = new Set(['waiting', 'reading', 'applying'])

/**
 * Returns 0 where the import was applied, undone or only planned; 1 where it failed or waits to be confirmed.
 *
 * @throws AppError `payload_invalid` where a file cannot be read or the server refuses
 */
export async function runImport(
  files: readonly string[],
  options: ImportOptions,
  server: ServerAddress,
): Promise<number> {
  const begun =
    options.undo === undefined
      ? await call(server, '', {
          ...{ source: options.source, format: options.format },
          ...{ authority: Number(options.authority), dryRun: options.dryRun === true },
          force: options.yes === true,
          files: files.map((name) => ({ name, text: textOf(name) })),
        })
      : await call(server, `/${encodeURIComponent(options.undo)}/undo`, {
          dryRun: options.dryRun === true,
        })
  const last = await follow(server, begun)
  for (const { where, field, error } of last.diff?.bad ?? [])
    process.stderr.write(`${where}${field === undefined ? '' : ` ${field}`}: ${error}\n`)
  process.stdout.write(`${last.id} ${last.state}: ${sayCounts(last)}\n`)
  if (last.failure !== null) process.stderr.write(`${last.failure}\n`)
  if (last.state === 'guarded')
    process.stderr.write(
      `it would retire ${Math.round(100 * (last.retiredShare ?? 0))} % of what ${options.source} has said: confirm it in the console, or import again with --yes\n`,
    )
  return ['applied', 'planned'].includes(last.state) ? 0 : 1
}

async function follow(server: ServerAddress, begun: Answer): Promise<Answer> {
  let now = begun
  while (GOES_ON.has(now.state)) {
    await sleep(LOOK_MS)
    now = await call(server, `/${encodeURIComponent(begun.id)}`)
    if (process.stderr.isTTY)
      process.stderr.write(`\r${now.state} ${now.done}/${now.total ?? '?'} `)
  }
  return now
}

function sayCounts({ counts }: Answer): string {
  const said = Object.entries(counts ?? {}).filter(([, count]) => count > 0)
  return said.length === 0 ? 'nothing' : said.map(([name, count]) => `${count} ${name}`).join(', ')
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('payload_invalid', `cannot read ${file}`, {}, cause)
  }
}

async function call({ url, token }: ServerAddress, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/cmdb/imports${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new AppError('payload_invalid', `no server answers at ${url}`, {}, cause)
  })
  const text = await response.text()
  if (!response.ok)
    throw new AppError(
      'payload_invalid',
      `${url} answered ${response.status}: ${text.slice(0, 500)}`,
    )
  return Answer.parse(JSON.parse(text))
}
