const STEP = 1024
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `812 B`, `4 KiB`, `1.5 MiB`: one decimal from MiB on. */
export function bytesText(bytes: number): string {
  const at =
    bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(STEP)))
  const value = bytes / STEP ** at
  return `${at < 2 ? Math.round(value) : value.toFixed(1)} ${UNITS[at]}`
}
