import { Alert, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { addressOf, type Reply } from '../../core/endpoint.ts'
import { formatNumber } from '../../core/web/format.ts'
import { t, tell } from '../../core/web/i18n.ts'
import { language } from '../../core/web/language.ts'
import { Progress } from '../../ui/Progress.tsx'
import { downloadRejects, type getImport } from '../imports.contract.ts'
import { downloadImportFile } from '../sent-file.contract.ts'
import { isUnderWay } from './progress.ts'
import { RowsGrid } from './RowsGrid.tsx'
import { columnName } from './wizard.ts'

type Outcome = Reply<typeof getImport>
const counted = ['rows', 'created', 'updated', 'unchanged', 'rejected'] as const

/** How far an import is, what it made, and what it refused. */
export function ImportOutcome({ of }: { of: Outcome }) {
  const { counts } = of
  const numbers = Object.fromEntries(counted.map(key => [key, formatNumber(counts[key])]))
  return (
    <Stack gap="lg">
      {isUnderWay(of) && (
        <Progress label={t(`data.status.${of.status}`)} value={of.progress} detail={t('data.one.leave')} />
      )}
      {of.failure && (
        <Alert color="clay" title={t('data.one.failed')} role="alert">
          {tell(of.failure_sentence, of.failure)}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 2, xs: 3, md: 5 }}>
        {counted.map(key => (
          <Paper key={key} withBorder p="sm">
            <Text size="sm" c="dimmed">
              {t(`data.one.${key}`)}
            </Text>
            <Text size="xl" fw={600} className="rp-number">
              {numbers[key]}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
      {!isUnderWay(of) && (
        <Text size="sm" c="dimmed">
          {t('data.one.sum', numbers)}
        </Text>
      )}
      {of.rejects.length > 0 && <Rejects of={of} />}
      {of.has_file && (
        <Button
          component="a"
          variant="default"
          size="xs"
          w="fit-content"
          leftSection={<IconDownload size={14} aria-hidden />}
          href={addressOf(downloadImportFile, { params: { id: of.id } })}
          download
        >
          {t('data.one.file')}
        </Button>
      )}
      {of.file_deleted_at && <Text c="dimmed">{t('data.one.fileDeleted')}</Text>}
    </Stack>
  )
}

function Rejects({ of }: { of: Outcome }) {
  const shown = { shown: of.rejects.length, count: of.counts.rejected }
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('data.one.rejectedTitle')}
      </Title>
      <Text>{t('data.one.rejectedLead')}</Text>
      <Group justify="space-between">
        <Button
          component="a"
          variant="default"
          size="xs"
          leftSection={<IconDownload size={14} aria-hidden />}
          href={addressOf(downloadRejects, { params: { id: of.id }, query: { language: language() } })}
          download
        >
          {t('data.one.download')}
        </Button>
        {shown.shown < shown.count && (
          <Text size="sm" c="dimmed">
            {t('data.one.firstOf', shown)}
          </Text>
        )}
      </Group>
      <RowsGrid
        label={t('data.one.rejectedTitle')}
        noteLabel={t('data.one.reason')}
        names={of.header.map(columnName)}
        rows={of.rejects.map(({ row, cells, reason, sentence }) => ({
          key: row,
          cells,
          note: tell(sentence, reason),
        }))}
      />
    </Stack>
  )
}
