import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { formatDateTime } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { Link, useGo, usePathParams } from '../../core/web/navigation.tsx'
import { useChange } from '../../core/web/query.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { Progress } from '../../ui/Progress.tsx'
import {
  cancelImport,
  getImport,
  type Import,
  listImports,
  pauseImport,
  resumeImport,
} from '../imports.contract.ts'
import { Findings } from './Findings.tsx'
import { ImportOutcome } from './ImportOutcome.tsx'
import { isUnderWay, useImport } from './progress.ts'
import { SinceOutcome } from './SinceOutcome.tsx'
import { StatusBadge } from './StatusBadge.tsx'
import { UndoImport, Undone } from './UndoImport.tsx'

export default function ImportPage() {
  const { import_id } = usePathParams('import_id')
  const one = useImport(import_id)
  // One question of many that fails while it runs takes nothing off the page.
  if (one.error && !one.data)
    return (
      <Page title={t('data.one.crumb')}>
        <ErrorState error={one.error} onRetry={() => void one.refetch()} />
      </Page>
    )
  if (!one.data)
    return (
      <Page title={t('data.one.crumb')}>
        <Progress label={t('ui.loading')} />
      </Page>
    )
  return (
    <Page
      title={one.data.file.name}
      subtitle={`${t(`data.kinds.${one.data.kind}`)} · ${times(one.data)}`}
      beside={<StatusBadge of={one.data} />}
      breadcrumbs={[{ label: t('data.one.crumb'), to: '/imports' }, { label: one.data.file.name }]}
      actions={
        <Group gap="xs">
          <UndoImport of={one.data} />
          <Actions of={one.data} />
        </Group>
      }
    >
      <Stack gap="lg">
        {one.data.dry_run && one.data.status === 'done' && <Text>{t('data.one.trialDone')}</Text>}
        <Undone of={one.data} />
        <ImportOutcome of={one.data} />
        <SinceOutcome of={one.data} />
        <Seen of={one.data} />
        {one.data.status === 'done' && !one.data.dry_run && (
          <Stack gap="xs" component="section" aria-labelledby="found">
            <Title order={2} size="h4" id="found">
              {t('data.found.title')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('data.found.subtitle')}
            </Text>
            <Findings import_id={one.data.id} />
          </Stack>
        )}
      </Stack>
    </Page>
  )
}

const times = ({ created_at, finished_at }: Import): string =>
  [
    t('data.one.started', { when: formatDateTime(created_at) }),
    ...(finished_at ? [t('data.one.finished', { when: formatDateTime(finished_at) })] : []),
  ].join(', ')

const stopped = new Set(['paused', 'cancelled', 'failed'])

function Actions({ of }: { of: Import }) {
  const go = useGo()
  const invalidates = [getImport, listImports]
  const cancel = useChange(cancelImport, { invalidates })
  const pause = useChange(pauseImport, { invalidates })
  const resume = useChange(resumeImport, { invalidates })
  const params = { id: of.id }
  if (of.status === 'queued' || of.status === 'running')
    return (
      <>
        <Button variant="default" loading={pause.pending} onClick={() => pause.change({ params })}>
          {t('data.one.pause')}
        </Button>
        <Button variant="default" loading={cancel.pending} onClick={() => cancel.change({ params })}>
          {t('data.one.cancel')}
        </Button>
      </>
    )
  if (stopped.has(of.status) && of.file_deleted_at === null)
    return (
      <Button loading={resume.pending} onClick={() => resume.change({ params })}>
        {t('data.one.resume')}
      </Button>
    )
  if (isUnderWay(of) || of.status === 'undoing') return null
  return (
    <>
      {of.status === 'done' && !of.dry_run && (
        <Button
          variant="default"
          onClick={() => go(of.kind === 'answer' ? '/imports/new' : `/imports/new?again=${of.id}`)}
        >
          {t('data.since.again')}
        </Button>
      )}
      <Button variant="default" onClick={() => go('/imports/new')}>
        {t('data.one.again')}
      </Button>
    </>
  )
}

/** The records that this import touched, as a filtered list. */
function Seen({ of }: { of: Import }) {
  const touched = of.counts.created + of.counts.updated
  if (of.dry_run || of.undo || (of.kind !== 'person' && of.kind !== 'company') || !touched || !of.started_at)
    return null
  const filter = `updated_at >= "${of.started_at}"${of.finished_at ? ` and updated_at <= "${of.finished_at}"` : ''}`
  const path = of.kind === 'person' ? '/people' : '/companies'
  return (
    <Group>
      <Button component={Link} variant="light" to={`${path}?${new URLSearchParams({ filter }).toString()}`}>
        {t(`data.one.see_${of.kind}`)}
      </Button>
    </Group>
  )
}
