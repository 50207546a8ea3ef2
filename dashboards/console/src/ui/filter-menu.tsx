import { Button, Popover } from '@mantine/core'
import { type FacetValue, FacetValues } from './facets.tsx'
import { Icon } from './icons.tsx'

interface FilterMenuProps {
  readonly name: string
  readonly values: readonly FacetValue[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}

/** A facet behind a button, for a row of filters. */
export function FilterMenu({ name, values, chosen, onChange }: FilterMenuProps) {
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          size="sm"
          fw={chosen.length > 0 ? 650 : 400}
          rightSection={<Icon name="expand" size={12} />}
          data-filter={name}
        >
          {chosen.length === 0 ? name : `${name}: ${chosen.length}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" miw={220} mah={420} style={{ overflowY: 'auto' }}>
        <FacetValues name={name} values={values} chosen={chosen} onChange={onChange} />
      </Popover.Dropdown>
    </Popover>
  )
}
