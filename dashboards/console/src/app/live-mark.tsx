import { Tooltip } from '@mantine/core'
import { type LiveState, useLiveState } from '../live/connection.ts'
import classes from './live-mark.module.css'

const WORDS: Readonly<Record<LiveState, { readonly text: string; readonly why: string }>> = {
  connecting: { text: 'Connecting', why: 'The live stream is being opened.' },
  live: { text: 'Live', why: 'What changes shows here at once.' },
  reconnecting: {
    text: 'Reconnecting',
    why: 'The live stream broke off. What you see may be out of date by a few seconds.',
  },
  offline: {
    text: 'Offline',
    why: 'Faultline cannot be reached. What you see is what was known when the stream broke off.',
  },
}

/** Whether what is on the screen is true now. */
export function LiveMark() {
  const state = useLiveState()
  const { text, why } = WORDS[state]
  return (
    <Tooltip label={why} events={{ hover: true, focus: true, touch: true }}>
      <span
        className={classes['live']}
        data-live={state}
        role="status"
        aria-live="polite"
        aria-atomic="true"
      >
        {text}
      </span>
    </Tooltip>
  )
}
