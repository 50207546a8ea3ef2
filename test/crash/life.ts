/** One life of the program on a data folder: from its start to its end, whatever ends it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ADMIN_TOKEN } from '../support/process.ts'
import { ROOT } from '../support/source.ts'

export interface Home {
  readonly folder: string
  readonly port: number
}

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
}

export interface Life {
  readonly child: ChildProcess
  /** Resolves with true when it serves, with false where it ended before. */
  readonly ready: Promise<boolean>
  readonly ended: Promise<Ended>
  over(): boolean
  /** What it logged, the newest 300 lines. */
  readonly log: readonly string[]
}

/** The program, with its environment for this home. */
export function command(
  { folder, port }: Home,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(
    process.execPath,
    [join(ROOT, 'dist/src/main.js'), ...args, '--config', join(folder, 'faultline.yaml')],
    {
      env: {
        PATH: process.env['PATH'],
        FAULTLINE_DATA: join(folder, 'data'),
        FAULTLINE_LISTEN: `127.0.0.1:${port}`,
        FAULTLINE_ADMIN_TOKEN: ADMIN_TOKEN,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
}

/** @param fault as in `FAULTLINE_FAULT`; `null`: it is not to die by itself */
export function startLife(home: Home, fault: string | null): Life {
  const child = command(home, ['serve'], fault === null ? {} : { FAULTLINE_FAULT: fault })
  const log: string[] = []
  let over = false
  const ended = once(child, 'exit').then(([code, signal]): Ended => {
    over = true
    return {
      code: typeof code === 'number' ? code : null,
      signal: typeof signal === 'string' ? signal : null,
    }
  })
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('its output is not piped')
  createInterface({ input: stderr }).on('line', (line) => {
    log.push(line)
    if (log.length > 300) log.shift()
  })
  const listens = new Promise<boolean>((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.includes('listens on http')) resolve(true)
    })
  })
  return {
    child,
    log,
    ended,
    over: () => over,
    ready: Promise.race([listens, ended.then(() => false)]),
  }
}

/** Runs a command of the program to its end; throws with what it said where that is not 0. */
export async function runToEnd(child: ChildProcess): Promise<void> {
  const said: Buffer[] = []
  child.stderr?.on('data', (part: Buffer) => said.push(part))
  child.stdout?.resume()
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`ended with ${code}: ${Buffer.concat(said).toString('utf8')}`)
}
