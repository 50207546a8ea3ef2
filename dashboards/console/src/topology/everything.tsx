/** Everything on one map: drawn on a canvas, and what burns of it as a list. */
import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useId, useMemo, useRef, useState } from 'react'
import { topologyLiveQuery, topologyMapQuery } from '../api/cis.ts'
import type { TopologyMap } from '../api/schema.d.ts'
import { countOf } from '../problems/words.tsx'
import { Icon } from '../ui/icons.tsx'
import { useKeys } from '../ui/keys.ts'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import { alertsText, type CellState, type LiveItem, passing, statesOf } from './burning.ts'
import { drawMap, type MapDrawing } from './canvas.ts'
import { followed, type LayoutPart, type Looked, type MapLayout } from './layout.ts'
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
  const live = useQuery(topologyLiveQuery(props.search.at))
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
  return (
    <Stack gap="sm">
      {live.isError && live.data === undefined && (
        <Failure what="What alerts" error={live.error} retry={() => void live.refetch()} />
      )}
      <Whole {...props} map={layout.map} layout={layout.layout} live={live.data?.items ?? null} />
    </Stack>
  )
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

interface WholeProps extends EverythingProps, LaidOut {
  /** null: it is not known. */
  readonly live: readonly LiveItem[] | null
}

/** Its drawing; where the CMDB changes, the next one looks at what the one before did. */
function useDrawing(
  canvas: RefObject<HTMLCanvasElement | null>,
  { map, layout }: LaidOut,
  onPick: EverythingProps['onPick'],
): MapDrawing | null {
  const [made, setMade] = useState<{ drawing: MapDrawing; of: MapLayout } | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const before = useRef<(LaidOut & { readonly looked: Looked | null }) | null>(null)
  useEffect(() => {
    if (canvas.current === null) return
    const last = before.current
    const drawing = drawMap(
      canvas.current,
      { map, layout },
      {
        onPick: (place) => pick.current(place === null ? null : (map.ids[place] ?? null)),
        look:
          last === null || last.looked === null
            ? null
            : followed(last.looked, last, { map, layout }),
      },
    )
    setMade({ drawing, of: layout })
    return () => {
      before.current = { map, layout, looked: drawing.looked() }
      drawing.destroy()
    }
  }, [canvas, map, layout])
  return made?.of === layout ? made.drawing : null
}

/** Brings what is picked into the middle: once, however often the map changes afterwards. */
function useReveal(drawing: MapDrawing | null, ci: string | undefined, place: number): void {
  const revealed = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (ci === revealed.current || drawing === null) return
    if (ci !== undefined && place < 0) return
    revealed.current = ci
    if (place >= 0) drawing.reveal(place)
  }, [drawing, ci, place])
}

function Whole({ map, layout, live, search, hurt, onPick }: WholeProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const drawing = useDrawing(canvas, { map, layout }, onPick)
  const places = useMemo(() => new Map(map.ids.map((id, place) => [id, place])), [map])
  const states = useMemo(() => statesOf(live, places), [live, places])
  const passes = useMemo(() => passing(map, states, search), [map, states, search])
  const highlighted = useMemo(
    () => (hurt === null ? passes : new Set([...hurt].flatMap((ci) => places.get(ci) ?? []))),
    [hurt, passes, places],
  )
  const selected = places.get(search.ci ?? '') ?? -1
  useEffect(() => drawing?.show({ states: states ?? NOTHING, highlighted, selected }))
  useReveal(drawing, search.ci, selected)
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
        {countOf(map.ids.length, 'CI')}, {alertsText(states)}
        {highlighted !== null && `, ${highlighted.size} stand out`}.
        {map.truncated && ` There are ${map.total}: services and what they run on come first.`} Drag
        to move; Ctrl and the wheel, or two fingers, zoom.
      </Text>
      {live !== null && (
        <Burning map={map} live={live} places={places} only={highlighted} onPick={onPick} />
      )}
    </div>
  )
}

const NOTHING: ReadonlyMap<number, CellState> = new Map()

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
        {['critical', 'error', 'warning', 'other', 'muted', 'observed'].map((state) => (
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

interface BurningProps extends Pick<WholeProps, 'map' | 'onPick'> {
  readonly live: readonly LiveItem[]
  readonly places: ReadonlyMap<string, number>
  readonly only: ReadonlySet<number> | null
}

/** The map in words: what burns on it, under the filter. */
function Burning({ map, live, places, only, onPick }: BurningProps) {
  const [listed, setListed] = useState(false)
  const id = useId()
  const observed = useMemo(() => new Set(map.observed), [map])
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
                  {observed.has(place) && ' · observed'}
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
