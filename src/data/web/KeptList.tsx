import { Stack, Text, Title } from '@mantine/core'
import type { Sentence } from '../../core/text-sentence.ts'
import { formatNumber } from '../../core/web/format.ts'
import { t, tell } from '../../core/web/i18n.ts'
import { useInfinite } from '../../core/web/query.ts'
import { companyKind, personKind } from '../../customers/customers.contract.ts'
import { RecordTitle, useFieldLabels } from '../../records/web/index.ts'
import { listKept } from '../import-undo.contract.ts'
import { MoreOf } from './MoreOf.tsx'

/** What an undo left as it is, record by record, with the reason. */
export function KeptList({ import_id, kept }: { import_id: string; kept: number }) {
  const list = useInfinite(listKept, { params: { id: import_id } })
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('data.undo.kept', { count: kept, n: formatNumber(kept) })}
      </Title>
      <Stack component="ul" gap="xs" m={0} pl="md">
        {list.items.map(one => (
          <Kept key={one.id} {...one} />
        ))}
      </Stack>
      <MoreOf list={list} />
    </Stack>
  )
}

const kinds = new Set<string>([personKind.name, companyKind.name])

interface KeptProps {
  kind: string
  record_id: string
  field: string | null
  reason: string
  sentence: Sentence | null
}

function Kept({ kind, record_id, field, reason, sentence }: KeptProps) {
  const why = tell(sentence, reason)
  const labelOf = useFieldLabels(kind)
  return (
    <li>
      {kinds.has(kind) ? <RecordTitle kind={kind} id={record_id} /> : record_id}
      <Text size="sm" c="dimmed">
        {field ? `${labelOf(field)}: ${why}` : why}
      </Text>
    </li>
  )
}
