/** Draws at most once a frame, and nothing once it has ended. */

/** `requestAnimationFrame` and `cancelAnimationFrame`. */
export interface FrameClock {
  readonly request: (draw: () => void) => number
  readonly cancel: (frame: number) => void
}

export interface Frames {
  /** Draws with the next frame, however often it is asked for until then. */
  readonly again: () => void
  /** The canvas belongs to the next drawing: who still asks for this one gets nothing. */
  readonly end: () => void
}

export function framesOf(draw: () => void, { request, cancel }: FrameClock): Frames {
  let frame: number | null = null
  let ended = false
  return {
    again: () => {
      if (ended || frame !== null) return
      frame = request(() => {
        frame = null
        if (!ended) draw()
      })
    },
    end: () => {
      ended = true
      if (frame !== null) cancel(frame)
    },
  }
}
