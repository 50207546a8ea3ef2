/** The few drawings we need, on a grid of 24, in the colour of the text around them. */
const PATHS = {
  overview: 'M4 20V10m5.3 10V4m5.4 16v-7M20 20V8',
  incidents: 'M12 3 2.5 20h19L12 3Zm0 6.5v5m0 2.5v.5',
  repeat:
    'M17 2.5 20.5 6 17 9.5M20.5 6H9a5.5 5.5 0 0 0-5.5 5.5M7 21.5 3.5 18 7 14.5M3.5 18H15a5.5 5.5 0 0 0 5.5-5.5',
  sources: 'M3 12h4l2.5-7 4 14L16 12h5',
  letters: 'M3.5 6h17v12h-17V6Zm0 1 8.5 6.5L20.5 7',
  deliveries: 'M4 11.5 20 4l-5 16-3.5-6.5L4 11.5Zm7.5 2L20 4',
  settings:
    'M4 7h9m4 0h3M4 17h3m4 0h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-6 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  topology:
    'M12 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM5.5 21a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm13 0a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM12 8v4m0 0-5 4.2M12 12l5 4.2',
  cis: 'M5 4h14v6H5V4Zm0 10h14v6H5v-6Zm3-7h.1M8 17h.1',
  muted: 'M6 16.5V11c0-1 .2-1.9.6-2.7M9 5.8A6 6 0 0 1 18 11v4m1.5 3h-15L6 16.5M10 20.5h4M4 4l16 16',
  filter: 'M4 6h16M7 12h10m-7 6h4',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm4.8-1.7L20.5 20.5',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0-13.5v2m0 15v2m9.5-9.5h-2m-15 0h-2m16.2-6.7-1.4 1.4M6.7 17.3l-1.4 1.4m13.4 0-1.4-1.4M6.7 6.7 5.3 5.3',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  keyboard: 'M3 7h18v10H3V7Zm4 3.3h.1m3.2 0h.1m3.2 0h.1m3.2 0h.1M7.5 14h9',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6',
  check: 'm4.5 12.5 5 5 10-11',
  undo: 'M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3',
  merge: 'M6 4v4c0 4 6 4 6 8v5m6-17v4c0 4-6 4-6 8',
  split: 'M12 21v-5c0-4-6-4-6-8V4m6 12c0-4 6-4 6-8V4',
  chevron: 'm9 5 7 7-7 7',
  expand: 'm5 9 7 7 7-7',
  back: 'm15 5-7 7 7 7',
  copy: 'M9 9h11v11H9V9Zm-4 6H4V4h11v1',
  up: 'M7 11v9H4v-9h3Zm0 0 4-8c1.7 0 2.6 1 2.6 2.6V9h5.2c1.2 0 2 1.1 1.7 2.3l-1.7 7c-.2 1-1 1.7-2 1.7H7',
  down: 'M7 13V4H4v9h3Zm0 0 4 8c1.7 0 2.6-1 2.6-2.6V15h5.2c1.2 0 2-1.1 1.7-2.3l-1.7-7c-.2-1-1-1.7-2-1.7H7',
  book: 'M5 4.5h11a3 3 0 0 1 3 3v12H8a3 3 0 0 1-3-3v-12Zm0 12a3 3 0 0 1 3-3h11',
  change: 'M4 17 10 11l4 4 6-7m0 0h-5m5 0v5',
  external: 'M14 4h6v6m0-6-9 9M10 5H5v14h14v-5',
  refresh: 'M20 11a8 8 0 1 0-2.3 6.2M20 4.5V11h-6.5',
  close: 'm6 6 12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  play: 'M7 4.5v15l12-7.5-12-7.5Z',
  pause: 'M8 5v14m8-14v14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5',
  bell: 'M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 1.5h-15L6 16.5ZM10 20.5h4',
} as const

export type IconName = keyof typeof PATHS

interface IconProps {
  readonly name: IconName
  readonly size?: number
}

/** Decoration only: whatever it says is also said in words. */
export function Icon({ name, size = 18 }: IconProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      style={{ flex: 'none' }}
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
