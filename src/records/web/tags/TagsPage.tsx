import { SegmentedControl, Stack } from '@mantine/core'
import { IconTag } from '@tabler/icons-react'
import { t } from '../../../core/web/i18n.ts'
import { useSearchParams } from '../../../core/web/navigation.tsx'
import { useEndpoint } from '../../../core/web/query.ts'
import { EmptyState } from '../../../ui/EmptyState.tsx'
import { ErrorState } from '../../../ui/ErrorState.tsx'
import { Page } from '../../../ui/Page.tsx'
import { listTags } from '../../tags.contract.ts'
import { labelText, useCatalogue } from '../catalogue.ts'
import { TagTable } from './TagTable.tsx'

/** The tags of each kind of record: renamed, coloured, merged and deleted in one place. */
export default function TagsPage() {
  const { catalogue } = useCatalogue()
  const [search, set] = useSearchParams()
  const kinds = [...(catalogue?.values() ?? [])].filter(one => !one.ties)
  const kindName = search['kind'] ?? kinds[0]?.name ?? ''
  const kind = catalogue?.get(kindName)
  const { data, error, refetch } = useEndpoint(
    listTags,
    { query: { kind: kindName } },
    { enabled: kindName !== '' },
  )
  return (
    <Page title={t('records.tags.title')} subtitle={t('records.tags.subtitle')}>
      <Stack gap="md">
        <SegmentedControl
          aria-label={t('records.fields.kind')}
          style={{ alignSelf: 'start' }}
          value={kindName}
          onChange={next => set({ kind: next }, { replace: true })}
          data={kinds.map(one => ({ value: one.name, label: labelText(one.label.many) }))}
        />
        {error && <ErrorState error={error} onRetry={() => void refetch()} />}
        {kind && data && data.items.length > 0 && <TagTable kind={kind} tags={data.items} />}
        {data?.items.length === 0 && (
          <EmptyState icon={IconTag} title={t('records.tags.empty')}>
            {t('records.tags.emptyText')}
          </EmptyState>
        )}
      </Stack>
    </Page>
  )
}
