import type { ReactNode } from 'react'

export interface Column<Row> {
  id: string
  label: string
  width?: number
  sortable?: boolean
  align?: 'left' | 'right'
  /** Names the row: stays in sight, stands first on a phone, cannot be hidden. */
  main?: boolean
  /** What a phone shows instead, under the name; `false`: nothing. */
  phone?: ((row: Row) => ReactNode) | false
  /** Nothing to say of this row: a phone leaves it out. */
  isBlank?: (row: Row) => boolean
  render: (row: Row) => ReactNode
}

export interface Sort {
  id: string
  descending: boolean
}

export interface DataTableProps<Row> {
  /** What the table lists, for those who cannot see it. */
  label: string
  rows: readonly Row[]
  rowId: (row: Row) => string
  rowLabel?: (row: Row) => string
  columns: readonly Column<Row>[]
  sort?: readonly Sort[]
  onSort?: (sort: Sort[]) => void
  /** How many there are in all, if that is known. */
  total?: number
  hasMore?: boolean
  loading?: boolean
  onMore?: () => void
  error?: Error | null
  onRetry?: () => void
  /** What leads on from an error that asking again does not mend. */
  errorAction?: ReactNode
  openId?: string | undefined
  onOpen?: (row: Row, index: number) => void
  checked?: ReadonlySet<string>
  onChecked?: (checked: Set<string>) => void
  hidden?: readonly string[]
  onHidden?: (hidden: string[]) => void
  widths?: Readonly<Record<string, number>>
  onWidths?: (widths: Record<string, number>) => void
  /** The columns that are shown, in the order that was chosen for them. */
  onOrder?: (ids: string[]) => void
  empty?: ReactNode
}

export const usualWidth = 168
export const leastWidth = 72
export const mostWidth = 640

/** The next state of the sorting when a column's head is pressed: up, down, off. With `add`, beside the others. */
export function nextSort(sort: readonly Sort[], id: string, add: boolean): Sort[] {
  const now = sort.find(one => one.id === id)
  const others = add ? sort.filter(one => one.id !== id) : []
  if (!now) return [...others, { id, descending: false }]
  if (!now.descending) {
    const turned = { id, descending: true }
    return add ? sort.map(one => (one.id === id ? turned : one)) : [turned]
  }
  return others
}

export function shownColumns<Row>(columns: readonly Column<Row>[], hidden: readonly string[]): Column<Row>[] {
  const shown = columns.filter(column => column.main || !hidden.includes(column.id))
  return shown.toSorted((one, other) => Number(other.main ?? false) - Number(one.main ?? false))
}

/** The order after one column was put before or after another. */
export function moved(ids: readonly string[], id: string, onto: string, after: boolean): string[] {
  const others = ids.filter(one => one !== id)
  const place = others.indexOf(onto)
  return place < 0 ? [...ids] : others.toSpliced(after ? place + 1 : place, 0, id)
}

/** On a phone a row is its name and one line: the first three columns that have something to say there. */
export function onPhone<Row>(columns: readonly Column<Row>[]): Column<Row>[] {
  const told = columns.filter(column => column.main || column.phone !== false).slice(0, 4)
  return told.map(column => (column.phone ? { ...column, render: column.phone } : column))
}

export const widthOf = <Row>(column: Column<Row>, widths: Readonly<Record<string, number>>): number =>
  Math.min(mostWidth, Math.max(leastWidth, widths[column.id] ?? column.width ?? usualWidth))

/** As the `sort` parameter of the API spells it: `-created_at,name`. */
export const sortText = (sort: readonly Sort[]): string =>
  sort.map(one => `${one.descending ? '-' : ''}${one.id}`).join(',')

export const sortOf = (text: string | undefined): Sort[] =>
  (text ?? '')
    .split(',')
    .filter(Boolean)
    .map(one =>
      one.startsWith('-') ? { id: one.slice(1), descending: true } : { id: one, descending: false },
    )
