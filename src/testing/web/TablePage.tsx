import { Button } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page } from '../../ui/Page.tsx'
import { useSelection } from '../../ui/palette/commands.ts'
import { usePanelHistory } from '../../ui/panel-history.ts'
import { SidePanel, WithPanel } from '../../ui/SidePanel.tsx'
import type { Sort } from '../../ui/table/columns.ts'
import { DataTable } from '../../ui/table/DataTable.tsx'
import { DayOf, Money, NumberOf } from '../../ui/values.tsx'

interface Row {
  id: string
  name: string
  email: string
  city: string
  amount_minor: number
  visits: number
  born_on: string
}

const syllables = ['an', 'bel', 'cor', 'da', 'el', 'fin', 'gar', 'hel', 'is', 'jo', 'ka', 'lu', 'mi', 'no']
const word = (seed: number) =>
  [seed % 14, (seed * 7 + 3) % 14, (seed * 13 + 5) % 11].map(at => syllables[at] ?? '').join('')
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

const makeRow = (index: number): Row => ({
  id: `r${index}`,
  name: `${capital(word(index))} ${capital(word(index * 31 + 7))}`,
  email: `${word(index)}.${index}@example.com`,
  city: capital(word(index % 97)),
  amount_minor: (index * 7919) % 1_000_000,
  visits: (index * 31) % 500,
  born_on: `19${50 + (index % 50)}-0${1 + (index % 9)}-1${index % 10}`,
})

/** So many that nobody would make them all: each is made when it is looked at. */
const lazyRows = (length: number): readonly Row[] =>
  new Proxy<Row[]>([], {
    get: (target, name) =>
      name === 'length'
        ? length
        : typeof name === 'string' && /^\d+$/.test(name)
          ? makeRow(Number(name))
          : Reflect.get(target, name),
  })

/** `?rows=100000`: as many rows as wanted, all at once or in pages of 200 (`?paged=1`). */
export function TablePage() {
  const query = new URLSearchParams(location.search)
  const [count] = useState(() => Number(query.get('rows') ?? 1000))
  const [loaded, setLoaded] = useState(query.get('paged') ? 200 : count)
  const [sort, setSort] = useState<Sort[]>([])
  const [checked, setChecked] = useState<Set<string>>(new Set())
  const [hidden, setHidden] = useState<string[]>([])
  const [widths, setWidths] = useState<Record<string, number>>({})
  const [empty, setEmpty] = useState(false)
  const panel = usePanelHistory()
  const all = useMemo(
    () =>
      loaded > 200_000 ? lazyRows(loaded) : Array.from({ length: loaded }, (_, index) => makeRow(index)),
    [loaded],
  )
  const rows = useMemo(() => (empty ? [] : sorted(all, sort)), [all, sort, empty])
  useSelection(checked.size ? { label: `${checked.size} chosen`, kind: 'row', ids: [...checked] } : null)
  const at = rows.findIndex(row => row.id === panel.current)
  const open = rows[at]
  return (
    <Page
      title="Table"
      subtitle={`${count} rows`}
      layout="full"
      actions={<Button onClick={() => setEmpty(!empty)}>Empty it</Button>}
    >
      <WithPanel
        panel={
          open && (
            <SidePanel
              label={open.name}
              place={`${at + 1}`}
              onClose={panel.close}
              onBack={panel.back}
              onPrevious={at > 0 ? () => panel.open(rows[at - 1]?.id ?? '') : undefined}
              onNext={() => panel.open(rows[at + 1]?.id ?? '')}
            >
              <h2>{open.name}</h2>
              <Button onClick={() => panel.push('r5')}>Related</Button>
            </SidePanel>
          )
        }
      >
        <DataTable<Row>
          label="Rows"
          rows={rows}
          rowId={row => row.id}
          rowLabel={row => row.name}
          columns={columns}
          sort={sort}
          onSort={setSort}
          checked={checked}
          onChecked={setChecked}
          hidden={hidden}
          onHidden={setHidden}
          widths={widths}
          onWidths={setWidths}
          hasMore={!empty && loaded < count}
          onMore={() => setLoaded(now => Math.min(count, now + 200))}
          openId={open?.id}
          onOpen={row => panel.open(row.id)}
          empty={
            <EmptyState icon={IconUsers} title="No rows yet" action={<Button>Add a row</Button>}>
              Rows stand here.
            </EmptyState>
          }
        />
      </WithPanel>
    </Page>
  )
}

const columns = [
  { id: 'email', label: 'E-mail', width: 240, sortable: true, render: (row: Row) => row.email },
  { id: 'name', label: 'Name', width: 220, main: true, sortable: true, render: (row: Row) => row.name },
  { id: 'city', label: 'City', sortable: true, render: (row: Row) => row.city },
  {
    id: 'amount',
    label: 'Amount',
    align: 'right' as const,
    width: 120,
    render: (row: Row) => <Money amount_minor={row.amount_minor} currency="EUR" />,
  },
  {
    id: 'visits',
    label: 'Visits',
    align: 'right' as const,
    width: 100,
    render: (row: Row) => <NumberOf value={row.visits} />,
  },
  { id: 'born_on', label: 'Born', width: 130, render: (row: Row) => <DayOf day={row.born_on} /> },
  {
    id: 'again',
    label: 'E-mail again',
    width: 240,
    render: (row: Row) => <a href={`mailto:${row.email}`}>{row.email}</a>,
  },
]

function sorted(rows: readonly Row[], [first]: readonly Sort[]): readonly Row[] {
  if (!first) return rows
  const by = (row: Row) => String(row[first.id as keyof Row])
  return rows.toSorted((one, other) => (first.descending ? -1 : 1) * by(one).localeCompare(by(other)))
}
