import { Text } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { usePathParams } from '../../core/web/navigation.tsx'
import { RecordTitle, titleOf, useRecord } from '../../records/web/index.ts'
import { Page } from '../../ui/Page.tsx'
import { personKind } from '../customers.contract.ts'
import { CustomerLayout, CustomerMissing, useTabs } from './CustomerPage.tsx'
import { IdentifierBadges, IdentifierList } from './Identifiers.tsx'
import { MergeActions } from './MergeActions.tsx'
import { personMerge } from './mergeable.ts'
import { Relations } from './relations/Relations.tsx'
import { useFreshIdentifiers, useFreshRecord, useRootAddress } from './use-fresh-record.ts'

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
  'do_not_contact',
]

export default function PersonPage() {
  const { person_id } = usePathParams('person_id')
  const { record, error, retry } = useRecord(personKind, person_id)
  useFreshRecord(personKind, record?.id)
  useFreshIdentifiers(record?.id)
  useRootAddress(personKind, person_id, record?.id)
  const tabs = useTabs(personKind, record?.id ?? person_id, [
    {
      value: 'identifiers',
      label: t('customers.tabs.identifiers'),
      view: <IdentifierList id={record?.id ?? person_id} />,
    },
  ])
  const name = record ? titleOf(personKind, record) : t('customers.person')
  return (
    <Page
      title={name}
      breadcrumbs={[{ label: t('customers.nav.people'), to: '/people' }, { label: name }]}
      {...(record
        ? {
            subtitle: <Subtitle record={record} />,
            actions: <MergeActions mergeable={personMerge} id={record.id} name={name} />,
          }
        : {})}
    >
      {record ? (
        <CustomerLayout
          kind={personKind}
          id={record.id}
          fields={fields}
          identity={<IdentifierBadges id={record.id} />}
          tabs={tabs}
          relations={<Relations subject={{ kind: 'person', id: record.id }} />}
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
