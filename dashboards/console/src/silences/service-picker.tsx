import { TagsInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { serviceMapQuery } from '../api/cis.ts'

interface ServicePickerProps {
  readonly chosen: readonly string[]
  readonly onChange: (services: readonly string[]) => void
}

/** Services that are known, or as labels name them. */
export function ServicePicker({ chosen, onChange }: ServicePickerProps) {
  const { data } = useQuery(serviceMapQuery())
  const names = new Set((data?.services ?? []).map(({ name }) => name))
  return (
    <TagsInput
      label="Services"
      description="Alerts of a service are muted, wherever they are"
      placeholder={chosen.length === 0 ? 'By name' : ''}
      data={[...names]}
      value={[...chosen]}
      onChange={onChange}
      maxTags={100}
    />
  )
}
