import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** Slate: calmer than pure grey beside the priorities' colours. */
const dark: MantineColorsTuple = [
  '#dde3ea',
  '#b6c0cc',
  '#9aa6b4',
  '#75818f',
  '#3b4552',
  '#2b333e',
  '#1c222b',
  '#13181f',
  '#0e1218',
  '#090c10',
]

/** The colour of our own actions: none of the colours that mean a severity. */
const fault: MantineColorsTuple = [
  '#e4f7f5',
  '#c8ebe8',
  '#97d9d4',
  '#63c6bf',
  '#3bb5ad',
  '#22a39b',
  '#13857f',
  '#0d6e6e',
  '#0b5a5b',
  '#074546',
]

/** What lies over the page is of the same stuff as its cards. */
const sheet = {
  content: { background: 'var(--fl-card)' },
  header: { background: 'var(--fl-card)' },
  title: { fontWeight: 650 },
}

/** Its cross alone says nothing to a screen reader. */
const CLOSE = { 'aria-label': 'Close' }

export const theme = createTheme({
  colors: { dark, fault },
  primaryColor: 'fault',
  primaryShade: 7,
  fontFamily:
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Ubuntu, Cantarell, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Button: { styles: { root: { fontWeight: 550 } } },
    Tooltip: { defaultProps: { withArrow: true, multiline: true, maw: 420 } },
    Modal: { defaultProps: { centered: true, closeButtonProps: CLOSE }, styles: sheet },
    Drawer: { defaultProps: { closeButtonProps: CLOSE }, styles: sheet },
  },
})
