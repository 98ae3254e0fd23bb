import { Skeleton, Stack, Tabs, Title } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { type ReactNode, Suspense } from 'react'
import { t, tKnown } from '../../core/web/i18n.ts'
import { useSearchParams } from '../../core/web/navigation.tsx'
import { useCan } from '../../core/web/rights.ts'
import { FilledSlotView, Slot, useSlots } from '../../core/web/slots.tsx'
import type { Kind } from '../../records/kind.contract.ts'
import { RecordFields, RecordHistory, useViewed } from '../../records/web/index.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import classes from './CustomerPage.module.css'
import { RelationsTold } from './relations/RelationTold.tsx'

interface Tab {
  value: string
  label: string
  view: ReactNode
}

/** The tabs of a customer: what upper areas put there first, then the record's own. */
export function useTabs(kind: Kind, id: string, own: readonly Tab[]): Tab[] {
  const fills = useSlots('record.tab', kind.name)
  const can = useCan()
  const filled = fills
    .filter(fill => can(fill.permission))
    .map(({ key, label, View }) => ({
      value: label ?? key,
      label: label ? tKnown(label) : key,
      view: (
        <Suspense fallback={<Skeleton height={240} />}>
          <FilledSlotView View={View} kind={kind.name} id={id} />
        </Suspense>
      ),
    }))
  const history = {
    value: 'history',
    label: t('customers.tabs.history'),
    view: <RecordHistory kind={kind} id={id} Teller={RelationsTold} />,
  }
  return [...filled, ...own, ...(can('history.read') ? [history] : [])]
}

/** Which tab is open stands in the address, so that a link leads there. */
export function CustomerTabs({ tabs, label }: { tabs: Tab[]; label: string }) {
  const [search, set] = useSearchParams()
  const [first] = tabs
  const open = tabs.find(tab => tab.value === search['tab']) ?? first
  if (open === undefined) return null
  return (
    <Tabs
      value={open.value}
      onChange={value => set({ tab: value === first?.value ? null : value }, { replace: true })}
      keepMounted={false}
    >
      <Tabs.List aria-label={label}>
        {tabs.map(tab => (
          <Tabs.Tab key={tab.value} value={tab.value}>
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(tab => (
        <Tabs.Panel key={tab.value} value={tab.value} pt="md">
          {tab.view}
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}

/** What one wants to know of everybody, and to see missing. */
const always = ['name', 'email', 'phone', 'domain', 'company_id', 'owner_id']

interface LayoutProps {
  kind: Kind
  id: string
  fields: readonly string[]
  identity?: ReactNode
  numbers?: ReactNode
  /** Where there are few of them; many have a tab of their own. */
  relations?: ReactNode
  tabs: Tab[]
  label: string
}

export function CustomerLayout({ kind, id, fields, identity, numbers, relations, tabs, label }: LayoutProps) {
  useViewed(kind.name, id)
  // Beside a timeline there is no room on a phone, and below it nobody would ever get there.
  const narrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false })
  const details = {
    label: t('customers.details'),
    view: (
      <div className={classes.aside}>
        <section>
          <Title order={2} size="h5" mb="xs">
            {t('customers.details')}
          </Title>
          <RecordFields kind={kind} id={id} fields={fields} unfolded={always} />
        </section>
        {relations && (
          <section>
            <Title order={2} size="h5" mb="xs">
              {t('customers.relations.title')}
            </Title>
            {relations}
          </section>
        )}
        <Slot name="record.aside" kind={kind.name} id={id} />
      </div>
    ),
  }
  return (
    <>
      {identity && <div className={classes.identity}>{identity}</div>}
      <dl className={classes.numbers}>
        {numbers}
        <Slot name="record.numbers" kind={kind.name} id={id} />
      </dl>
      {narrow ? (
        <CustomerTabs
          tabs={[...tabs.slice(0, 1), { value: 'details', ...details }, ...tabs.slice(1)]}
          label={label}
        />
      ) : (
        <div className={classes.columns}>
          <CustomerTabs tabs={tabs} label={label} />
          <aside aria-label={details.label}>{details.view}</aside>
        </div>
      )}
    </>
  )
}

/** What stands on the page before the record is there, or when it is not. */
export function CustomerMissing({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error) return <ErrorState error={error} onRetry={onRetry} />
  return (
    <Stack aria-busy>
      <Skeleton height={28} width="40%" />
      <Skeleton height={64} />
      <Skeleton height={240} />
    </Stack>
  )
}
