import { Group, Stack, Text, Title } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import { useCan } from '../../core/web/rights.ts'
import { DeleteRecord, RecordFields, titleOf, useRecord, useViewed } from '../../records/web/index.ts'
import { personKind } from '../customers.contract.ts'
import { CustomerMissing, CustomerTabs, useTabs } from './CustomerPage.tsx'
import { IdentifierList } from './Identifiers.tsx'
import { Relations } from './relations/Relations.tsx'
import { useFreshRecord } from './use-fresh-record.ts'

const fields = [
  'name',
  'email',
  'phone',
  'job_title',
  'company_id',
  'owner_id',
  'city',
  'country',
  'last_seen_at',
]

/** A person beside the list. */
export function PersonPanel({ id: asked }: { id: string }) {
  const { record, error, retry } = useRecord(personKind, asked)
  // A link to somebody who was merged shows the one they are read through.
  const id = record?.id ?? asked
  const can = useCan()
  useFreshRecord(personKind, record?.id)
  useViewed('person', record?.id)
  const details = {
    value: 'details',
    label: t('customers.details'),
    view: <RecordFields kind={personKind} id={id} fields={fields} />,
  }
  const identifiers = {
    value: 'identifiers',
    label: t('customers.tabs.identifiers'),
    view: <IdentifierList id={id} />,
  }
  const relations = {
    value: 'relations',
    label: t('customers.relations.title'),
    view: <Relations subject={{ kind: 'person', id }} />,
  }
  const tabs = useTabs(personKind, id, [relations, identifiers])
  if (!record) return <CustomerMissing error={error} onRetry={retry} />
  const name = titleOf(personKind, record)
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap" align="start">
        <div>
          <Title order={2} size="h4">
            <Link to={`/people/${record.id}`}>{name}</Link>
          </Title>
          {typeof record['email'] === 'string' && record['email'] !== name && (
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {record['email']}
            </Text>
          )}
        </div>
        {can('records.delete') && <DeleteRecord kind={personKind} id={record.id} />}
      </Group>
      <CustomerTabs tabs={[details, ...tabs]} label={name} />
    </Stack>
  )
}
