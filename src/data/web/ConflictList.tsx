import { Button, Group, ScrollArea, Stack, Table, Text, Title } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { addressOf } from '../../core/endpoint.ts'
import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { language } from '../../core/web/language.ts'
import { useInfinite } from '../../core/web/query.ts'
import { RecordTitle, useFieldLabels } from '../../records/web/index.ts'
import { type Conflict, downloadConflicts, listConflicts } from '../delta/delta.contract.ts'
import type { Import } from '../imports.contract.ts'
import { MoreOf } from './MoreOf.tsx'

const columns = ['row', 'record', 'field', 'here', 'there', 'holds'] as const

/** Values that were changed here and in the file, both of them, and which one holds. */
export function ConflictList({ of, count }: { of: Import; count: number }) {
  const list = useInfinite(listConflicts, { params: { id: of.id }, query: { limit: 20 } })
  const labelOf = useFieldLabels(of.kind)
  return (
    <Stack gap="xs" component="section" aria-labelledby="conflicts">
      <Title order={2} size="h4" id="conflicts">
        {t('data.since.conflictsTitle', { count, n: formatNumber(count) })}
      </Title>
      <Text size="sm" c="dimmed">
        {t(of.since?.keeps === 'there' ? 'data.since.leadTake' : 'data.since.leadKeep')}
      </Text>
      {of.file_deleted_at === null && (
        <Group>
          <Button
            component="a"
            variant="default"
            size="xs"
            leftSection={<IconDownload size={14} aria-hidden />}
            href={addressOf(downloadConflicts, { params: { id: of.id }, query: { language: language() } })}
            download
          >
            {t('data.since.download')}
          </Button>
        </Group>
      )}
      <ScrollArea
        type="auto"
        offsetScrollbars="x"
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('data.since.conflictsLabel') }}
      >
        <Table verticalSpacing={4} miw={720}>
          <Table.Thead>
            <Table.Tr>
              {columns.map(key => (
                <Table.Th key={key} scope="col">
                  {t(`data.since.columns.${key}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.items.map(one => (
              <Row key={one.id} of={one} field={one.field === null ? null : labelOf(one.field)} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      <MoreOf list={list} />
    </Stack>
  )
}

function Row({ of, field }: { of: Conflict; field: string | null }) {
  const whole = of.field === null
  return (
    <Table.Tr>
      <Table.Th scope="row" c="dimmed" fw={400} className="rp-number">
        {of.row}
      </Table.Th>
      <Table.Td>{of.record_id ? <RecordTitle kind={of.kind} id={of.record_id} /> : of.name}</Table.Td>
      <Table.Td>{field ?? t('data.since.wholeRecord')}</Table.Td>
      <Table.Td>{whole ? t('data.since.deletedHere') : (of.here ?? t('data.since.empty'))}</Table.Td>
      <Table.Td>{whole ? t('data.since.changedThere') : (of.there ?? t('data.since.empty'))}</Table.Td>
      <Table.Td>{t(`data.since.holds_${of.taken}`)}</Table.Td>
    </Table.Tr>
  )
}
