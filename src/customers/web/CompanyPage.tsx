import { t } from '../../core/web/i18n.ts'
import { usePathParams } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { titleOf, useRecord } from '../../records/web/index.ts'
import { Page } from '../../ui/Page.tsx'
import { Money, NumberOf } from '../../ui/values.tsx'
import { companyKind, people } from '../customers.contract.ts'
import { CustomerLayout, CustomerMissing, useTabs } from './CustomerPage.tsx'
import { MergeActions } from './MergeActions.tsx'
import { companyMerge } from './mergeable.ts'
import { NumberTile } from './NumberTile.tsx'
import { Relations } from './relations/Relations.tsx'
import { useFreshRecord, useRootAddress } from './use-fresh-record.ts'

const fields = [
  'name',
  'domain',
  'industry',
  'phone',
  'employees',
  'revenue_minor',
  'currency',
  'owner_id',
  'city',
  'region',
  'country',
  'external_id',
]

const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

export default function CompanyPage() {
  const { company_id } = usePathParams('company_id')
  const { record, error, retry } = useRecord(companyKind, company_id)
  useFreshRecord(companyKind, record?.id)
  useRootAddress(companyKind, company_id, record?.id)
  const tabs = useTabs(companyKind, record?.id ?? company_id, [
    {
      value: 'people',
      label: t('customers.tabs.people'),
      view: <Relations subject={{ kind: 'company', id: record?.id ?? company_id }} />,
    },
  ])
  const name = record ? titleOf(companyKind, record) : t('customers.company')
  const subtitle = record && [record['industry'], record['domain']].filter(textIn).join(' · ')
  return (
    <Page
      title={name}
      breadcrumbs={[{ label: t('customers.nav.companies'), to: '/companies' }, { label: name }]}
      {...(subtitle ? { subtitle } : {})}
      {...(record ? { actions: <MergeActions mergeable={companyMerge} id={record.id} name={name} /> } : {})}
    >
      {record ? (
        <CustomerLayout
          kind={companyKind}
          id={record.id}
          fields={fields}
          numbers={<CompanyNumbers record={record} />}
          tabs={tabs}
          label={name}
        />
      ) : (
        <CustomerMissing error={error} onRetry={retry} />
      )}
    </Page>
  )
}

function CompanyNumbers({ record }: { record: Record<string, unknown> & { id: string } }) {
  const { data } = useEndpoint(people.count, { query: { filter: `company_id = "${record.id}"` } })
  const { employees, revenue_minor, currency } = record
  return (
    <>
      <NumberTile label={t('customers.numbers.people')} to={`/companies/${record.id}?tab=people`}>
        <NumberOf value={data?.count} />
      </NumberTile>
      <NumberTile label={t('customers.numbers.employees')}>
        <NumberOf value={typeof employees === 'number' ? employees : null} />
      </NumberTile>
      {typeof revenue_minor === 'number' && (
        <NumberTile label={t('customers.numbers.revenue')}>
          <Money amount_minor={revenue_minor} currency={textIn(currency)} compact />
        </NumberTile>
      )}
    </>
  )
}
