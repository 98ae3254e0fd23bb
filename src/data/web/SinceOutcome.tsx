import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core'
import { formatDateTime, formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import { useInfinite } from '../../core/web/query.ts'
import { companyKind, personKind } from '../../customers/customers.contract.ts'
import { RecordTitle } from '../../records/web/index.ts'
import { listGone } from '../delta/delta.contract.ts'
import type { Import } from '../imports.contract.ts'
import { ConflictList } from './ConflictList.tsx'
import { MoreOf } from './MoreOf.tsx'
import { isUnderWay } from './progress.ts'

/** What a newer export gave beside the counts: what was changed here too, and what is no longer in the file. */
export function SinceOutcome({ of }: { of: Import }) {
  const { since } = of
  if (!since) return null
  const place = { file: since.file_name, when: formatDateTime(since.at) }
  return (
    <Stack gap="lg">
      <Text>
        {t('data.since.told', place)}{' '}
        <Anchor component={Link} to={`/imports/${since.import_id}`} inherit underline="always">
          {t('data.since.open')}
        </Anchor>
      </Text>
      {of.status === 'done' && since.conflicts + since.gone === 0 && (
        <Text size="sm" c="dimmed">
          {t('data.since.nothing')}
        </Text>
      )}
      {!isUnderWay(of) && since.conflicts > 0 && <ConflictList of={of} count={since.conflicts} />}
      {!isUnderWay(of) && since.gone > 0 && <Gone of={of} count={since.gone} tag={since.tag} />}
    </Stack>
  )
}

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

function Gone({ of, count, tag }: { of: Import; count: number; tag: string | null }) {
  const list = useInfinite(listGone, { params: { id: of.id }, query: { limit: 20 } })
  const path = (of.kind === 'person' ? personKind : companyKind).path.replace(/^\/api/, '')
  const filter = new URLSearchParams({ filter: `custom.tags contains ${quoted(tag ?? '')}` }).toString()
  return (
    <Stack gap="xs" component="section" aria-labelledby="gone">
      <Title order={2} size="h4" id="gone">
        {t('data.since.gone', { count, n: formatNumber(count) })}
      </Title>
      <Text size="sm" c="dimmed">
        {t('data.since.goneLead')}
      </Text>
      {tag !== null && !of.dry_run && !of.undo && (
        <Group>
          <Button component={Link} to={`${path}?${filter}`} variant="light" size="xs">
            {t('data.since.goneList', { tag })}
          </Button>
        </Group>
      )}
      <Stack component="ul" gap={4} m={0} pl="md">
        {list.items.map(({ id, kind }) => (
          <li key={id}>
            <RecordTitle kind={kind} id={id} />
          </li>
        ))}
      </Stack>
      <MoreOf list={list} />
    </Stack>
  )
}
