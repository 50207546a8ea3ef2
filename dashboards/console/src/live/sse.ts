/** The lines of a server-sent event stream as events (WHATWG HTML, section 9.2). */
export interface StreamEvent {
  readonly id: string | null
  readonly type: string
  readonly data: string
}

/** Takes text as it comes in and gives the events that are complete. */
export function createSseReader(): (chunk: string) => StreamEvent[] {
  let rest = ''
  let id: string | null = null
  let type = ''
  let data: string[] = []
  const take = (line: string, found: StreamEvent[]): void => {
    if (line === '') {
      if (data.length > 0)
        found.push({ id, type: type === '' ? 'message' : type, data: data.join('\n') })
      type = ''
      data = []
      return
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') type = value
    else if (field === 'id') id = value
  }
  return (chunk) => {
    const found: StreamEvent[] = []
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) take(line, found)
    return found
  }
}
