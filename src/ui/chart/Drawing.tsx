import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'

use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer])

interface DrawingProps {
  option: EChartsCoreOption
  height: number
  onPick?: (point: { series: string; name: string; index: number }) => void
}

/** The drawing itself: the only file that loads ECharts. */
export default function Drawing({ option, height, onPick }: DrawingProps) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(undefined)
  const pick = useRef(onPick)
  useEffect(() => {
    pick.current = onPick
  })
  useEffect(() => {
    if (!place.current) return undefined
    const made = init(place.current, themeOf(place.current), { renderer: 'svg' })
    chart.current = made
    made.on('click', point =>
      pick.current?.({ series: point.seriesName ?? '', name: point.name, index: point.dataIndex }),
    )
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(place.current)
    return () => {
      observer.disconnect()
      made.dispose()
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption({ ...common, ...option }, { notMerge: true })
  }, [option])
  return <div ref={place} style={{ height }} />
}

const common = {
  animationDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 250,
  grid: { left: 8, right: 12, top: 16, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
  // Drawn as text: a tooltip of HTML would be the one place that writes some.
  tooltip: { trigger: 'axis', confine: true, renderMode: 'richText' },
}

/** ECharts wants colours as values: they are read from the page once per scheme. */
function themeOf(element: Element) {
  const style = getComputedStyle(element)
  const value = (name: string) => style.getPropertyValue(name).trim()
  const text = value('--mantine-color-dimmed')
  const line = value('--rp-line')
  const axis = {
    axisLine: { lineStyle: { color: value('--rp-line-strong') } },
    axisTick: { show: false },
    axisLabel: { color: text, fontSize: 12 },
    splitLine: { lineStyle: { color: line } },
  }
  return {
    // Red and green are kept for what is bad and good.
    color: [value('--rp-brand'), value('--mantine-color-amber-4'), '#6f8fb0', '#a58bb8', text],
    textStyle: { fontFamily: value('--mantine-font-family'), color: text },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    timeAxis: { ...axis, splitLine: { show: false } },
    legend: { textStyle: { color: text } },
    tooltip: {
      backgroundColor: value('--mantine-color-body'),
      borderColor: line,
      textStyle: { color: value('--mantine-color-text'), fontSize: 12 },
    },
  }
}
