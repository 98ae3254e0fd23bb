import { Button, Collapse, Group, Text } from '@mantine/core'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { type ComponentType, type ReactNode, useState } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { ApiError } from '../../core/web/api-error.ts'
import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { useSearchParams } from '../../core/web/navigation.tsx'
import { useEndpoint, useInfinite } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { useCommands } from '../../ui/palette/commands.ts'
import { usePanelHistory } from '../../ui/panel-history.ts'
import { SidePanel, WithPanel } from '../../ui/SidePanel.tsx'
import { sortOf, sortText } from '../../ui/table/columns.ts'
import { DataTable } from '../../ui/table/DataTable.tsx'
import type { CatalogueKind } from '../catalogue.contract.ts'
import type { Kind } from '../kind.contract.ts'
import { endpointsOf } from '../records.contract.ts'
import { SelectionBar } from './bulk/SelectionBar.tsx'
import { useChosen } from './bulk/use-chosen.ts'
import { labelText, nameOf, recordAddress, useCatalogue } from './catalogue.ts'
import { FilterEditor } from './filter/FilterEditor.tsx'
import { useFreshList } from './fresh-list.ts'
import { ListToolbar } from './ListToolbar.tsx'
import { useColumns } from './list-columns.tsx'
import { NewRecord } from './NewRecord.tsx'
import type { TieTeller } from './RecordHistory.tsx'
import classes from './RecordList.module.css'
import { RecordPanel } from './RecordPanel.tsx'
import type { AnyRecord } from './record.ts'
import { useListView } from './views/use-list-view.ts'
import { ViewBar } from './views/ViewBar.tsx'

export interface RecordListProps {
  kind: Kind
  icon: ComponentType<{ size?: number | string; stroke?: number | string }>
  /** Fields shown at first; the others wait in the column menu. */
  columns: readonly string[]
  /** Fields asked for when a record is made by hand. */
  create: readonly string[]
  /** What a record shows beside the list. */
  panel?: ComponentType<{ id: string }>
  /** How relations are told in the history of a record beside the list. */
  Teller?: TieTeller
  empty: { title: string; text: ReactNode; action?: ReactNode }
  actions?: ReactNode
}

/** A kind's list: search, filter, sort, columns, a record beside it; everything chosen stands in the address. */
export function RecordList(props: RecordListProps) {
  const { catalogue, error, retry } = useCatalogue()
  const visible = catalogue?.get(props.kind.name)
  if (visible) return <VisibleList {...props} visible={visible} />
  return (
    <Page title={labelText(props.kind.label.many)}>
      {error && <ErrorState error={error} onRetry={retry} />}
    </Page>
  )
}

function VisibleList(props: RecordListProps & { visible: CatalogueKind }) {
  const { kind, visible } = props
  const can = useCan()
  const [search, set] = useSearchParams()
  const [filtering, setFiltering] = useState(false)
  // In the address too: another page's "add one" leads straight here.
  const making = search['new'] !== undefined && can('records.write')
  const setMaking = (on: boolean) => set({ new: on ? 1 : null }, { replace: true })
  const panel = usePanelHistory()
  const view = useListView(kind.name)
  const { filter, q, sort } = view.parts
  const query = { ...(filter ? { filter } : {}), ...(q ? { search: q } : {}) }
  const list = useInfinite(
    endpointsOf(kind).list,
    { query: { ...query, ...(sort ? { sort } : {}), limit: 100 } },
    { keep: true, enabled: view.ready },
  )
  const { data: total } = useEndpoint(endpointsOf(kind).count, { query }, { keep: true, enabled: view.ready })
  const rows = list.items as unknown as AnyRecord[]
  useFreshList(kind, rows.length)
  const chosen = useChosen(rows, query, total?.count)
  const marks = can('records.write') || can('records.delete')
  const columns = useColumns(visible, props.columns, rows, {
    columns: view.parts.columns,
    onColumns: next => view.change({ columns: next }),
  })
  const open = panel.current
  const place = rows.findIndex(row => row.id === open)
  const step = (by: number) => {
    const row = rows[place + by]
    return row && place >= 0 ? () => panel.open(row.id) : undefined
  }
  const narrowed = filter !== '' || q !== ''
  const clear = <Clear onClick={() => view.change({ q: '', filter: '' })} />
  useNewCommand(kind, () => setMaking(true))
  return (
    <Page
      layout="full"
      title={labelText(kind.label.many)}
      subtitle={<Count kind={kind} total={total} />}
      actions={
        <Group gap="xs">
          {props.actions}
          {can('records.write') && <NewButton onClick={() => setMaking(true)} />}
        </Group>
      }
    >
      <ViewBar kind={kind} list={view} />
      <ListToolbar
        kind={kind}
        filter={filter}
        search={q}
        filtering={filtering}
        onFiltering={setFiltering}
        onSearch={text => view.change({ q: text })}
      />
      <Collapse expanded={filtering}>
        <div className={classes.filter}>
          <FilterEditor kind={kind.name} value={filter} onChange={text => view.change({ filter: text })} />
        </div>
      </Collapse>
      {marks && (
        <SelectionBar
          kind={kind}
          visible={visible}
          rows={chosen}
          hasMore={list.has_more && chosen.ids.size >= rows.length}
          total={total}
        />
      )}
      <WithPanel
        panel={
          open && (
            <BesideList
              {...props}
              id={open}
              panel={panel}
              {...(props.panel ? { content: props.panel } : {})}
              onPrevious={step(-1)}
              onNext={step(1)}
            />
          )
        }
      >
        <DataTable
          label={labelText(kind.label.many)}
          rows={rows}
          rowId={row => row.id}
          rowLabel={row => columns.nameOf(row)}
          {...columns.table}
          {...(marks ? { checked: chosen.ids, onChecked: chosen.mark } : {})}
          sort={sortOf(sort)}
          onSort={next => view.change({ sort: sortText(next) })}
          hasMore={list.has_more}
          loading={list.is_loading || list.is_loading_more || !view.ready}
          onMore={list.more}
          error={list.error}
          onRetry={list.refetch}
          openId={open}
          onOpen={row => panel.open(row.id)}
          {...(narrowed && isRefused(list.error) ? { errorAction: clear } : {})}
          empty={<NoRows {...props} clear={narrowed ? clear : undefined} />}
        />
      </WithPanel>
      {making && (
        <NewRecord
          kind={kind}
          visible={visible}
          fields={props.create}
          onClose={() => setMaking(false)}
          onMade={id => panel.open(id)}
        />
      )}
    </Page>
  )
}

function useNewCommand(kind: Kind, onNew: () => void): void {
  const label = t('records.list.newOne', { kind: labelText(kind.label.one) })
  const may = useCan()('records.write')
  useCommands(may ? [{ id: `${kind.name}.new`, label, keys: 'n', run: onNew }] : [])
}

const NewButton = ({ onClick }: { onClick: () => void }) => (
  <Button leftSection={<IconPlus size={16} />} onClick={onClick}>
    {t('records.list.new')}
  </Button>
)

type Total = Reply<ReturnType<typeof endpointsOf>['count']>

interface NoRowsProps extends RecordListProps {
  /** Where a search or a filter leaves out what there is. */
  clear: ReactNode
}

/** A filter that was mistyped, or names a field that is gone, is as wrong the second time. */
const isRefused = (error: unknown): boolean => error instanceof ApiError && error.status === 400

const Clear = ({ onClick }: { onClick: () => void }) => (
  <Button variant="default" onClick={onClick}>
    {t('records.list.clear')}
  </Button>
)

function NoRows({ icon, empty, clear }: NoRowsProps) {
  if (!clear)
    return (
      <EmptyState icon={icon} title={empty.title} action={empty.action}>
        {empty.text}
      </EmptyState>
    )
  return (
    <EmptyState icon={IconSearch} title={t('records.list.noneFound')} action={clear}>
      {t('records.list.noneFoundText')}
    </EmptyState>
  )
}

interface BesideListProps extends Omit<RecordListProps, 'panel'> {
  id: string
  panel: ReturnType<typeof usePanelHistory>
  content?: ComponentType<{ id: string }>
  onPrevious: (() => void) | undefined
  onNext: (() => void) | undefined
}

function BesideList({ kind, id, panel, Teller, content: Content, onPrevious, onNext }: BesideListProps) {
  return (
    <SidePanel
      label={t('records.list.panel', { kind: labelText(kind.label.one) })}
      onClose={panel.close}
      onBack={panel.back}
      onPrevious={onPrevious}
      onNext={onNext}
      to={recordAddress(kind, id)}
    >
      {Content ? <Content key={id} id={id} /> : <RecordPanel key={id} kind={kind} id={id} Teller={Teller} />}
    </SidePanel>
  )
}

function Count({ kind, total: data }: { kind: Kind; total: Total | undefined }) {
  if (!data) return null
  const count = formatNumber(data.count)
  return (
    <Text span size="sm" c="dimmed" aria-live="polite">
      {data.exact
        ? t('records.list.count', { kind: nameOf(kind, data.count), shown: count })
        : t('records.list.countMore', { kind: nameOf(kind, data.count), shown: count })}
    </Text>
  )
}
