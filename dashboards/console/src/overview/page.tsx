/** The start: what burns now, how little of the noise is left, and whether to believe it. */
import { Group, Stack, Title } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { RangePicker } from '../ui/range-picker.tsx'
import type { RangeSearch } from '../ui/time-range.ts'
import { BurningSection } from './burning.tsx'
import { FlapperSection, TalkerSections } from './loud.tsx'
import { NoiseSection } from './noise.tsx'
import classes from './overview.module.css'
import { SeriesSection } from './series.tsx'
import { TrustSection } from './trust.tsx'

export function OverviewPage() {
  const search: RangeSearch = useSearch({ from: '/inside/' })
  const navigate = useNavigate()
  const range: RangeSearch =
    search.from === undefined && search.range === undefined ? { range: '24h' } : search
  return (
    <Stack gap="md">
      <title>Overview · Faultline</title>
      <Title order={1} size="h3">
        Overview
      </Title>
      <BurningSection />
      <Group justify="space-between" mt="xs">
        <Title order={2} size="h4">
          Over time
        </Title>
        <RangePicker
          value={search}
          usual="24h"
          onChange={(next) => void navigate({ to: '/', search: next, replace: true })}
        />
      </Group>
      <NoiseSection range={range} />
      <SeriesSection range={range} />
      <div className={classes['columns']}>
        <TalkerSections range={range} />
        <FlapperSection range={range} />
        <TrustSection />
      </div>
    </Stack>
  )
}
