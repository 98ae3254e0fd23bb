import { ScrollArea, Table } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import classes from './RowsGrid.module.css'

interface RowsGridProps {
  label: string
  names: readonly string[]
  rows: readonly { key: number; cells: readonly string[]; note?: string }[]
  /** Heading of the notes, which stand before the cells. */
  noteLabel?: string
}

/** Rows of a file as they stand in it. */
export function RowsGrid({ label, names, rows, noteLabel }: RowsGridProps) {
  // two columns may have one name
  const columns = names.map((name, at) => ({ name, at, key: `${at} ${name}` }))
  return (
    <ScrollArea
      type="auto"
      offsetScrollbars="x"
      className={classes.frame}
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}
    >
      <Table verticalSpacing={4} striped withColumnBorders>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('data.understood.row')}</Table.Th>
            {noteLabel && <Table.Th scope="col">{noteLabel}</Table.Th>}
            {columns.map(({ key, name }) => (
              <Table.Th key={key} scope="col" className={classes.cell}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(row => (
            <Table.Tr key={row.key}>
              <Table.Th scope="row" c="dimmed" fw={400} className="rp-number">
                {row.key}
              </Table.Th>
              {noteLabel && <Table.Td className={classes.note}>{row.note}</Table.Td>}
              {columns.map(({ key, at }) => (
                <Table.Td key={key} className={classes.cell}>
                  {row.cells[at] ?? ''}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  )
}
