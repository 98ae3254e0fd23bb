import { IconBuildingSkyscraper } from '@tabler/icons-react'
import { t } from '../../core/web/i18n.ts'
import { RecordList } from '../../records/web/index.ts'
import { companyKind } from '../customers.contract.ts'
import { RelationsTold } from './relations/RelationTold.tsx'

const columns = ['name', 'domain', 'industry', 'employees', 'country', 'created_at']
const asked = ['name', 'domain', 'industry', 'phone', 'country']

export default function CompaniesPage() {
  return (
    <RecordList
      kind={companyKind}
      icon={IconBuildingSkyscraper}
      columns={columns}
      create={asked}
      Teller={RelationsTold}
      empty={{ title: t('customers.companies.emptyTitle'), text: t('customers.companies.emptyText') }}
    />
  )
}
