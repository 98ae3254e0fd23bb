import { Button } from '@mantine/core'
import { IconFileImport, IconUsers } from '@tabler/icons-react'
import { t } from '../../core/web/i18n.ts'
import { useGo } from '../../core/web/navigation.tsx'
import { useCan } from '../../core/web/rights.ts'
import { RecordList } from '../../records/web/index.ts'
import { personKind } from '../customers.contract.ts'
import { PersonPanel } from './PersonPanel.tsx'

const columns = ['name', 'email', 'company_id', 'country', 'last_seen_at', 'created_at']
const asked = ['name', 'email', 'phone', 'job_title', 'company_id', 'country']

export default function PeoplePage() {
  return (
    <RecordList
      kind={personKind}
      icon={IconUsers}
      columns={columns}
      create={asked}
      panel={PersonPanel}
      empty={{
        title: t('customers.people.emptyTitle'),
        text: t('customers.people.emptyText'),
        action: <ImportButton />,
      }}
    />
  )
}

/** The import is an upper area's page: only its address is known here. */
function ImportButton() {
  const go = useGo()
  const can = useCan()
  if (!can('imports.run')) return null
  return (
    <Button variant="default" leftSection={<IconFileImport size={16} />} onClick={() => go('/imports/new')}>
      {t('customers.people.import')}
    </Button>
  )
}
