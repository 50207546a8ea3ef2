/** Everything on one map: drawn on a canvas, and what burns of it as a list. */
import { ActionIcon, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { topologyLiveQuery, topologyMapQuery } from '../api/cis.ts'
import type { TopologyLive, TopologyMap } from '../api/schema.d.ts'
import { countOf } from '../problems/words.tsx'
import { Icon } from '../ui/icons.tsx'
import { useKeys } from '../ui/keys.ts'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import { type CellState, drawMap, type MapDrawing } from './canvas.ts'
import type { LayoutPart, MapLayout } from './layout.ts'
import type { TopologySearch } from './search.ts'
import classes from './topology.module.css'

/** Burning CIs that the list names. */
const LISTED = 200

interface EverythingProps {
  readonly search: TopologySearch
  readonly hurt: ReadonlySet<string> | null
  readonly onPick: (ci: string | null) => void
}

export function Everything(props: EverythingProps) {
  const map = useQuery(topologyMapQuery())
  const live = useQuery(topologyLiveQuery())
  const { refetch } = map
  const isOld =
    live.data !== undefined && map.data !== undefined && live.data.version !== map.data.version
  useEffect(() => {
    if (isOld) void refetch()
  }, [isOld, refetch])
  const layout = useLayout(map.data)
  if (map.data === undefined && map.isError)
    return <Failure what="The map" error={map.error} retry={() => void map.refetch()} />
  if (map.data?.ids.length === 0)
    return (
      <Empty title="No CIs yet">
        <Text size="sm" c="dimmed">
          Faultline knows no configuration items. Import a CMDB to see it here.
        </Text>
      </Empty>
    )
  if (layout === 'failed')
    return <Failure what="The map" error={new Error('It could not be laid out.')} />
  if (map.data === undefined || layout === null) return <WaitingRows rows={1} height={560} />
  return <Whole {...props} map={layout.map} layout={layout.layout} live={live.data?.items ?? []} />
}

interface LaidOut {
  readonly map: TopologyMap
  readonly layout: MapLayout
}

/** Laid out in a worker; the one before stays until the next is there. */
function useLayout(map: TopologyMap | undefined): LaidOut | 'failed' | null {
  const [found, setFound] = useState<LaidOut | 'failed' | null>(null)
  useEffect(() => {
    if (map === undefined) return
    const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<MapLayout>) => setFound({ map, layout: data })
    worker.onerror = () => setFound('failed')
    const { ids, names, classes: kinds, classOf, criticalityOf, serviceOf } = map
    const part: Pick<TopologyMap, LayoutPart> = {
      ...{ ids, names, classes: kinds, classOf, criticalityOf, serviceOf },
    }
    worker.postMessage(part)
    return () => worker.terminate()
  }, [map])
  return found
}

type LiveItem = TopologyLive['items'][number]

function stateOf({ firing, severity }: LiveItem): CellState {
  if (firing === 0) return 'muted'
  return severity === 'critical' || severity === 'error' || severity === 'warning'
    ? severity
    : 'other'
}

/** What passes the filter, or `null` where there is none. */
function passing(
  map: TopologyMap,
  states: ReadonlyMap<number, CellState>,
  { environment, class: kinds, firing }: TopologySearch,
): ReadonlySet<number> | null {
  if (environment === undefined && kinds === undefined && firing === undefined) return null
  const places = [...map.ids.keys()].filter((place) => {
    const state = states.get(place)
    return (
      (environment === undefined ||
        environment.includes(map.environments[map.environmentOf[place] ?? -1] ?? '')) &&
      (kinds === undefined || kinds.includes(map.classes[map.classOf[place] ?? 0] ?? '')) &&
      (firing === undefined || (state !== undefined && state !== 'muted'))
    )
  })
  return new Set(places)
}

interface WholeProps extends EverythingProps, LaidOut {
  readonly live: readonly LiveItem[]
}

function Whole({ map, layout, live, search, hurt, onPick }: WholeProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [drawing, setDrawing] = useState<MapDrawing | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const places = useMemo(() => new Map(map.ids.map((id, place) => [id, place])), [map])
  const states = useMemo(
    () =>
      new Map(
        live.flatMap((item): [number, CellState][] => {
          const place = places.get(item.ci)
          return place === undefined ? [] : [[place, stateOf(item)]]
        }),
      ),
    [live, places],
  )
  const passes = useMemo(() => passing(map, states, search), [map, states, search])
  const highlighted = useMemo(
    () => (hurt === null ? passes : new Set([...hurt].flatMap((ci) => places.get(ci) ?? []))),
    [hurt, passes, places],
  )
  const selected = places.get(search.ci ?? '') ?? -1
  useEffect(() => {
    if (canvas.current === null) return
    const made = drawMap(canvas.current, { map, layout }, (place) =>
      pick.current(place === null ? null : (map.ids[place] ?? null)),
    )
    setDrawing(made)
    return () => made.destroy()
  }, [map, layout])
  useEffect(() => drawing?.show({ states, highlighted, selected }))
  useEffect(() => {
    if (selected >= 0) drawing?.reveal(selected)
  }, [drawing, selected])
  return (
    <div>
      <Tools drawing={drawing} />
      <div className={classes['frame']}>
        <canvas
          ref={canvas}
          className={classes['canvas']}
          role="img"
          aria-label="Everything on one map"
          data-map={map.ids.length}
        />
      </div>
      <Text size="xs" c="dimmed" mt={6} role="status">
        {countOf(map.ids.length, 'CI')}, {states.size} with alerts
        {highlighted !== null && `, ${highlighted.size} stand out`}.
        {map.truncated && ` There are ${map.total}: services and what they run on come first.`} Drag
        to move; Ctrl and the wheel, or two fingers, zoom.
      </Text>
      <Burning map={map} live={live} places={places} only={highlighted} onPick={onPick} />
    </div>
  )
}

function Tools({ drawing }: { readonly drawing: MapDrawing | null }) {
  useKeys({
    '+': () => drawing?.zoom(1.35),
    '-': () => drawing?.zoom(1 / 1.35),
    '0': () => drawing?.fit(),
    h: () => drawing?.pan(-0.25, 0),
    j: () => drawing?.pan(0, 0.25),
    k: () => drawing?.pan(0, -0.25),
    l: () => drawing?.pan(0.25, 0),
  })
  const tools = [
    ['Zoom out', 'minus', () => drawing?.zoom(1 / 1.35)],
    ['Zoom in', 'plus', () => drawing?.zoom(1.35)],
    ['Show all of it', 'fit', () => drawing?.fit()],
  ] as const
  return (
    <Group justify="space-between" gap="xs" mb={6}>
      <Group gap={12} className={classes['legend'] ?? ''}>
        {['critical', 'error', 'warning', 'other', 'muted'].map((state) => (
          <span key={state} data-state={state}>
            {state}
          </span>
        ))}
      </Group>
      <Group gap={6}>
        {tools.map(([label, icon, act]) => (
          <ActionIcon
            key={label}
            size="sm"
            variant="default"
            aria-label={label}
            title={label}
            onClick={act}
          >
            <Icon name={icon} size={14} />
          </ActionIcon>
        ))}
      </Group>
    </Group>
  )
}

interface BurningProps extends Pick<WholeProps, 'map' | 'live' | 'onPick'> {
  readonly places: ReadonlyMap<string, number>
  readonly only: ReadonlySet<number> | null
}

/** The map in words: what burns on it, under the filter. */
function Burning({ map, live, places, only, onPick }: BurningProps) {
  const [listed, setListed] = useState(false)
  const id = useId()
  const shown = live.flatMap((item) => {
    const place = places.get(item.ci)
    return place === undefined || (only !== null && !only.has(place)) ? [] : [{ item, place }]
  })
  return (
    <div>
      <Button
        size="compact-xs"
        variant="default"
        mt={6}
        aria-expanded={listed}
        aria-controls={id}
        onClick={() => setListed(!listed)}
      >
        What alerts, as a list
      </Button>
      <div id={id}>
        {listed && (
          <ul className={classes['plain']} aria-label="What alerts on the map">
            {shown.slice(0, LISTED).map(({ item, place }) => (
              <li key={item.ci}>
                <button type="button" className={classes['pick']} onClick={() => onPick(item.ci)}>
                  {map.names[place]}
                </button>{' '}
                <Text span size="xs" c="dimmed">
                  {map.classes[map.classOf[place] ?? 0]} ·{' '}
                  {item.firing > 0 ? `${item.firing} firing, ${item.severity}` : 'muted'}
                </Text>
              </li>
            ))}
            {shown.length === 0 && <li>Nothing of what is shown alerts.</li>}
            {shown.length > LISTED && <li>and {shown.length - LISTED} more</li>}
          </ul>
        )}
      </div>
    </div>
  )
}
