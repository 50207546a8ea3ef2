/** Reads server-sent events as a client does. */
export interface ServerEvent {
  readonly id: string | null
  readonly event: string
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into events of every shape
  readonly data: any
}

export interface EventReader {
  /** The next event; comments and `retry` are passed over. `null` at the end of the stream. */
  next(): Promise<ServerEvent | null>
  /** Events until `isLast` answers true, that one included. */
  until(isLast: (event: ServerEvent) => boolean): Promise<ServerEvent[]>
  /** The id of the newest event that had one. */
  lastId(): string | null
  /** Everything that was read, as text. */
  text(): string
  close(): Promise<void>
}

export function readEvents(response: Response): EventReader {
  const reader = response.body?.getReader()
  if (reader === undefined) throw new Error('there is no body')
  const decoder = new TextDecoder()
  let all = ''
  let buffer = ''
  let lastId: string | null = null

  const next = async (): Promise<ServerEvent | null> => {
    for (;;) {
      const end = buffer.indexOf('\n\n')
      if (end === -1) {
        const { done, value } = await reader.read()
        if (done) return null
        const text = decoder.decode(value, { stream: true })
        all += text
        buffer += text
        continue
      }
      const event = parse(buffer.slice(0, end))
      buffer = buffer.slice(end + 2)
      if (event === null) continue
      lastId = event.id ?? lastId
      return event
    }
  }
  return {
    next,
    until: async (isLast) => {
      const events: ServerEvent[] = []
      for (;;) {
        const event = await next()
        if (event === null) throw new Error(`the stream ended after ${JSON.stringify(events)}`)
        events.push(event)
        if (isLast(event)) return events
      }
    },
    lastId: () => lastId,
    text: () => all,
    close: () => reader.cancel(),
  }
}

function parse(block: string): ServerEvent | null {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([a-z]+): (.*)$/.exec(line) ?? []
    if (name !== '') fields.set(name, value)
  }
  const data = fields.get('data')
  if (data === undefined) return null
  const event = fields.get('event') ?? 'message'
  return { id: fields.get('id') ?? null, event, data: JSON.parse(data) }
}
