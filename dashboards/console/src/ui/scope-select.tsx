/** Chooses one correlation scope; where there is one for everything, there is nothing to choose. */
import { Select } from '@mantine/core'

interface ScopeSelectProps {
  readonly scopes: readonly { readonly scope: string; readonly count: number }[]
  readonly value: string | undefined
  readonly onChange: (scope: string | undefined) => void
}

/** Scopes that stand there several times are counted together. */
export function ScopeSelect({ scopes, value, onChange }: ScopeSelectProps) {
  const counts = new Map<string, number>(value === undefined ? [] : [[value, 0]])
  for (const { scope, count } of scopes) counts.set(scope, (counts.get(scope) ?? 0) + count)
  if (counts.size < 2 && value === undefined) return null
  return (
    <Select
      aria-label="Scope"
      placeholder="Any scope"
      clearable
      searchable={counts.size > 10}
      value={value ?? null}
      data={[...counts].sort().map(([scope, count]) => ({
        value: scope,
        label: `${scope} (${count})`,
      }))}
      onChange={(scope) => onChange(scope ?? undefined)}
    />
  )
}
