import { Group, Text } from '@mantine/core'

/** The mark: strata, shifted along a fault. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#0d6e6e" />
      <g fill="none" strokeWidth="2.8" strokeLinecap="round" strokeLinejoin="round">
        <path d="M5 9h8M5 15h10M5 21h12" stroke="#ffffff" />
        <path d="M18 11h9M20 17h7M22 23h5" stroke="#ffb454" />
      </g>
    </svg>
  )
}

export function Logo() {
  return (
    <Group gap={9} wrap="nowrap">
      <Mark />
      <Text fw={700} size="md" style={{ letterSpacing: '-0.015em' }}>
        Faultline
      </Text>
    </Group>
  )
}
