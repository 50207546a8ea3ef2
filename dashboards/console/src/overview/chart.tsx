/** The chart itself, loaded when it is needed: ECharts is larger than the rest of the page. */
import { useComputedColorScheme } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import type { SeriesStats, Severity } from '../api/schema.d.ts'
import { toAddress } from '../ui/page-link.tsx'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer])

interface ChartProps {
  readonly stats: SeriesStats
  readonly height: number
}

const SHOWN: readonly (readonly [Severity, string])[] = [
  ['critical', '--fl-p1'],
  ['error', '--fl-p2'],
  ['warning', '--fl-p3'],
  ['info', '--fl-p4'],
]

/** Bars of alerts by severity, a line of incidents; a click leads to the alerts of that time. */
export function SeriesChart({ stats, height }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(null)
  const current = useRef(stats)
  current.current = stats
  const router = useRouter()
  const scheme = useComputedColorScheme('light')
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const made = init(element, null, { renderer: 'svg' })
    chart.current = made
    const watch = new ResizeObserver(() => made.resize())
    watch.observe(element)
    made.getZr().on('click', ({ offsetX, offsetY }) => {
      const [at] = made.convertFromPixel({ gridIndex: 0 }, [offsetX, offsetY])
      const { buckets, stepMs } = current.current
      const bucket = buckets[Math.round(at ?? -1)]
      if (bucket === undefined) return
      const to = new Date(Date.parse(bucket.at) + stepMs).toISOString()
      router.history.push(toAddress('/alerts', { from: bucket.at, to }))
    })
    return () => {
      watch.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [router])
  useEffect(() => {
    const option = { ...optionOf(stats), darkMode: scheme === 'dark' }
    chart.current?.setOption(option, { notMerge: true })
  }, [stats, scheme])
  return <div ref={box} style={{ height }} />
}

function optionOf({ buckets, stepMs }: SeriesStats): Parameters<EChartsType['setOption']>[0] {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string): string => style.getPropertyValue(name).trim()
  const ink = color('--mantine-color-dimmed')
  const line = { lineStyle: { color: color('--fl-line') } }
  const axis = { axisLabel: { color: ink }, splitLine: line, minInterval: 1 }
  const others = (alerts: SeriesStats['buckets'][number]['alerts']): number =>
    (alerts['none'] ?? 0) + (alerts['unknown'] ?? 0)
  return {
    animation: false,
    // by its name: widths are measured before the text is in the page
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 8, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: ink }, itemWidth: 12, itemHeight: 10 },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: color('--fl-card'),
      borderColor: color('--fl-line'),
      textStyle: { color: color('--fl-strong'), fontSize: 12 },
    },
    xAxis: {
      type: 'category',
      data: buckets.map(({ at }) => labelOf(at, stepMs)),
      axisLabel: { color: ink, hideOverlap: true },
      axisLine: line,
      axisTick: { show: false },
    },
    yAxis: [
      { type: 'value', name: '', ...axis },
      { type: 'value', name: '', ...axis, splitLine: { show: false } },
    ],
    series: [
      ...SHOWN.filter(([name]) => buckets.some(({ alerts }) => (alerts[name] ?? 0) > 0)).map(
        ([name, token]) => ({
          name,
          type: 'bar' as const,
          stack: 'alerts',
          barCategoryGap: '18%',
          itemStyle: { color: color(token) },
          data: buckets.map(({ alerts }) => alerts[name] ?? 0),
        }),
      ),
      ...(buckets.some(({ alerts }) => others(alerts) > 0)
        ? [
            {
              name: 'other',
              type: 'bar' as const,
              stack: 'alerts',
              itemStyle: { color: color('--fl-p5') },
              data: buckets.map(({ alerts }) => others(alerts)),
            },
          ]
        : []),
      {
        name: 'incidents',
        type: 'line' as const,
        yAxisIndex: 1,
        step: 'middle' as const,
        symbol: 'none',
        lineStyle: { color: color('--fl-strong'), width: 1.6 },
        itemStyle: { color: color('--fl-strong') },
        data: buckets.map(({ incidents }) => incidents.reduce((all, n) => all + n, 0)),
      },
    ],
  }
}

const DAY_MS = 86_400_000
const HOURS = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const DAYS = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
const BOTH = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})

/** In the viewer's zone, as short as the steps allow. */
function labelOf(at: string, stepMs: number): string {
  const format = stepMs >= DAY_MS ? DAYS : stepMs > DAY_MS / 48 ? BOTH : HOURS
  return format.format(new Date(at))
}
