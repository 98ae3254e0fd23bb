import { Button, Skeleton, Table, useComputedColorScheme } from '@mantine/core'
import type { EChartsCoreOption } from 'echarts/core'
import { lazy, Suspense, useId, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import classes from './Chart.module.css'

const Drawing = lazy(() => import('./Drawing.tsx'))

export interface ChartProps {
  /** What the chart says, in a sentence: its text for those who cannot see it. */
  label: string
  /** ECharts' option. Colours come from the theme; leave them out unless they mean something. */
  option: EChartsCoreOption
  /** The same numbers as a table. */
  table: { columns: readonly string[]; rows: readonly (readonly (string | number)[])[] }
  height?: number
  /** A point was pressed: go to the rows behind it. */
  onPick?: (point: { series: string; name: string; index: number }) => void
}

export function Chart({ label, option, table, height = 240, onPick }: ChartProps) {
  const [asTable, setAsTable] = useState(false)
  const scheme = useComputedColorScheme('light')
  const id = useId()
  return (
    <figure className={classes.figure}>
      {asTable ? (
        <div className={classes.table} id={id}>
          <Table captionSide="top" verticalSpacing={4} stickyHeader>
            <Table.Caption>{label}</Table.Caption>
            <Table.Thead>
              <Table.Tr>
                {table.columns.map(column => (
                  <Table.Th key={column}>{column}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {table.rows.map(row => (
                <Table.Tr key={row.join(' ')}>
                  {row.map((cell, place) => (
                    <Table.Td key={table.columns[place] ?? place}>{cell}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      ) : (
        <div role="img" aria-label={label} id={id} style={{ height }}>
          <Suspense fallback={<Skeleton height={height} />}>
            <Drawing key={scheme} option={option} height={height} {...(onPick ? { onPick } : {})} />
          </Suspense>
        </div>
      )}
      <figcaption className={classes.caption}>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          aria-expanded={asTable}
          aria-controls={id}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? t('ui.chart.asChart') : t('ui.chart.asTable')}
        </Button>
      </figcaption>
    </figure>
  )
}
