import { Button, Group, Text } from '@mantine/core'
import { IconArrowsSplit2, IconGitMerge } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useGo, usePathParams } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { DeleteRecord, RecordTitle, useRecord } from '../../records/web/index.ts'
import { Page } from '../../ui/Page.tsx'
import { useCommands } from '../../ui/palette/commands.ts'
import { personKind } from '../customers.contract.ts'
import { listMerges } from '../merge.contract.ts'
import { CustomerLayout, CustomerMissing, useTabs } from './CustomerPage.tsx'
import { IdentifierBadges, IdentifierList } from './Identifiers.tsx'
import { MergeDialog } from './MergeDialog.tsx'
import { personName } from './person-name.ts'
import { UnmergeDialog } from './UnmergeDialog.tsx'
import { useFreshRecord } from './use-fresh-record.ts'

const fields = [
  'name',
  'given_name',
  'family_name',
  'email',
  'phone',
  'job_title',
  'company_id',
  'owner_id',
  'city',
  'region',
  'country',
  'language',
  'time_zone',
  'external_id',
]

export default function PersonPage() {
  const { person_id } = usePathParams('person_id')
  const { record, error, retry } = useRecord(personKind, person_id)
  const go = useGo()
  useFreshRecord(personKind, record?.id)
  const merged = record !== undefined && record.id !== person_id
  // A link to somebody who was merged leads to the person who is read now.
  useEffect(() => {
    if (merged) go(`/people/${record.id}`, { replace: true })
  }, [merged, record, go])
  const tabs = useTabs(personKind, record?.id ?? person_id, [
    {
      value: 'identifiers',
      label: t('customers.tabs.identifiers'),
      view: <IdentifierList id={record?.id ?? person_id} />,
    },
  ])
  const name = record ? personName(record) : t('customers.person')
  return (
    <Page
      title={name}
      breadcrumbs={[{ label: t('customers.nav.people'), to: '/people' }, { label: name }]}
      {...(record
        ? { subtitle: <Subtitle record={record} />, actions: <Actions id={record.id} name={name} /> }
        : {})}
    >
      {record ? (
        <CustomerLayout
          kind={personKind}
          id={record.id}
          fields={fields}
          identity={<IdentifierBadges id={record.id} />}
          tabs={tabs}
          label={name}
        />
      ) : (
        <CustomerMissing error={error} onRetry={retry} />
      )}
    </Page>
  )
}

function Subtitle({ record }: { record: Record<string, unknown> }) {
  const { job_title, company_id } = record
  if (typeof company_id !== 'string') return typeof job_title === 'string' ? job_title : null
  return (
    <Text span inherit>
      {typeof job_title === 'string' && `${job_title}, `}
      <RecordTitle kind="company" id={company_id} />
    </Text>
  )
}

function Actions({ id, name }: { id: string; name: string }) {
  const can = useCan()
  const go = useGo()
  const [open, setOpen] = useState<'merge' | 'unmerge' | null>(null)
  const merges = useEndpoint(listMerges, { params: { id } }, { enabled: can('records.merge') })
  const isMerged = (merges.data?.items.length ?? 0) > 0
  useCommands(
    can('records.merge')
      ? [{ id: 'person.merge', label: t('customers.merge.command', { name }), run: () => setOpen('merge') }]
      : [],
  )
  return (
    <Group gap="xs">
      {can('records.merge') && (
        <Button variant="default" leftSection={<IconGitMerge size={16} />} onClick={() => setOpen('merge')}>
          {t('customers.merge.open')}
        </Button>
      )}
      {isMerged && can('records.merge') && (
        <Button
          variant="default"
          leftSection={<IconArrowsSplit2 size={16} />}
          onClick={() => setOpen('unmerge')}
        >
          {t('customers.unmerge.open')}
        </Button>
      )}
      {can('records.delete') && <DeleteRecord kind={personKind} id={id} />}
      {open === 'merge' && (
        <MergeDialog id={id} name={name} onClose={() => setOpen(null)} onMerged={to => go(`/people/${to}`)} />
      )}
      {open === 'unmerge' && (
        <UnmergeDialog id={id} name={name} merges={merges.data?.items ?? []} onClose={() => setOpen(null)} />
      )}
    </Group>
  )
}
