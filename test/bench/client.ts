/**
 * A small HTTP/1.1 client for load: one request at a time on each kept-alive connection, written as
 * bytes and read no further than needed. It costs a few µs per request, so that what is measured is
 * the server; everything measured side by side goes through it.
 */
import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly ms: number
}

const HEAD_END = '\r\n\r\n'

export class KeptConnection {
  private readonly host: string
  private readonly port: number
  private readonly path: string
  private socket: Socket | null = null
  private text = ''
  private waiting: { resolve(status: number): void; reject(cause: Error): void } | null = null

  constructor(url: string, path: string) {
    const { hostname, port } = new URL(url)
    this.host = hostname
    this.port = Number(port)
    this.path = path
  }

  /** Posts a JSON body and resolves when the answer is complete. */
  async post(body: Buffer): Promise<Answer> {
    this.socket ??= await this.open()
    const { socket } = this
    const from = performance.now()
    const status = await new Promise<number>((resolve, reject) => {
      this.waiting = { resolve, reject }
      socket.cork()
      socket.write(
        `POST ${this.path} HTTP/1.1\r\nHost: ${this.host}:${this.port}\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
        'latin1',
      )
      socket.write(body)
      socket.uncork()
    })
    return { status, ms: performance.now() - from }
  }

  close(): void {
    this.socket?.destroy()
    this.socket = null
  }

  private async open(): Promise<Socket> {
    const socket = connect(this.port, this.host)
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    socket.on('data', (text: string) => this.read(text))
    socket.on('error', (cause) => this.fail(cause))
    socket.on('close', () => {
      this.socket = null
      this.fail(new Error('the server closed the connection'))
    })
    return socket
  }

  private read(more: string): void {
    this.text += more
    const end = this.text.indexOf(HEAD_END)
    if (end < 0 || !isComplete(this.text, end)) return
    const status = Number(this.text.slice(9, 12))
    this.text = ''
    const { waiting } = this
    this.waiting = null
    waiting?.resolve(status)
  }

  private fail(cause: Error): void {
    this.text = ''
    const { waiting } = this
    this.waiting = null
    waiting?.reject(cause)
  }
}

function isComplete(text: string, headEnd: number): boolean {
  const head = text.slice(0, headEnd)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return text.length >= headEnd + HEAD_END.length + Number(length)
  return !/\r\ntransfer-encoding: *chunked/i.test(head) || text.endsWith('0\r\n\r\n')
}

export interface Drive {
  readonly connections: readonly KeptConnection[]
  /** The next body and the number of alerts in it; `null` ends the drive. */
  readonly next: () => { readonly body: Buffer; readonly alerts: number } | null
  readonly forMs: number
}

export interface Driven {
  /** Alerts in bodies that were answered with 2xx. */
  readonly alerts: number
  /** Bodies that were answered otherwise. */
  readonly refused: number
  /** From the first request to the last answer. */
  readonly ms: number
  /** Of each accepted body, sorted. */
  readonly answerMs: readonly number[]
}

/** After a refusal a connection pauses, as a sender would. */
const PAUSE_MS = 20

/** Posts as fast as the answers come, one body at a time on each connection. */
export async function drive({ connections, next, forMs }: Drive): Promise<Driven> {
  const from = performance.now()
  const answerMs: number[] = []
  let alerts = 0
  let refused = 0
  const work = async (connection: KeptConnection): Promise<void> => {
    while (performance.now() - from < forMs) {
      const made = next()
      if (made === null) return
      const { status, ms } = await connection.post(made.body)
      if (status >= 200 && status < 300) {
        alerts += made.alerts
        answerMs.push(ms)
      } else {
        refused += 1
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
    }
  }
  await Promise.all(connections.map(work))
  answerMs.sort((a, b) => a - b)
  return { alerts, refused, ms: performance.now() - from, answerMs }
}
