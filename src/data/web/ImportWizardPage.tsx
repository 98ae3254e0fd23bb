import { Button, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../core/web/call.ts'
import { t } from '../../core/web/i18n.ts'
import { useSearchParams } from '../../core/web/navigation.tsx'
import { useSession } from '../../identity/web/index.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { Steps } from '../../ui/Steps.tsx'
import { UnsavedChanges } from '../../ui/UnsavedChanges.tsx'
import { previewImport } from '../imports.contract.ts'
import { CheckStep } from './CheckStep.tsx'
import { ColumnsStep } from './ColumnsStep.tsx'
import { FileStep } from './FileStep.tsx'
import { UnderstoodStep } from './UnderstoodStep.tsx'
import { type Draft, firstDraft, isCorrected } from './wizard.ts'

const steps = ['file', 'understood', 'columns', 'check'] as const

function usePreview(file_id: string | undefined, { dialect, kind, again }: Draft) {
  const body = { file_id: file_id ?? '', dialect, ...(kind ? { kind } : {}), ...(again ? { again } : {}) }
  return useQuery({
    queryKey: [previewImport.id, body],
    queryFn: ({ signal }) => call(previewImport, { body }, { signal }),
    enabled: file_id !== undefined,
    placeholderData: before => (before?.file.id === file_id ? before : undefined),
  })
}

/** The file's id and the step stand in the address: going back, forth or away loses nothing but corrections. */
export default function ImportWizardPage() {
  const [{ file, step: at, again }, setSearch] = useSearchParams()
  const { workspace } = useSession()
  const [draft, setDraft] = useState(() => firstDraft(workspace, again))
  const preview = usePreview(file, draft)
  const current = file
    ? Math.max(
        1,
        steps.findIndex(step => step === at),
      )
    : 0
  const change = (patch: Partial<Draft>) => setDraft(before => ({ ...before, ...patch }))
  const go = (step: number) => setSearch(step === 0 ? { file: null, step: null } : { step: steps[step] })
  const chosen = (file_id: string) => {
    setDraft(firstDraft(workspace, again))
    setSearch({ file: file_id, step: 'understood' })
  }
  const { data } = preview
  return (
    <Page
      title={t('data.wizard.title')}
      subtitle={data?.file.name}
      breadcrumbs={[{ label: t('data.list.title'), to: '/imports' }, { label: t('data.wizard.title') }]}
    >
      <UnsavedChanges when={isCorrected(draft, firstDraft(workspace, again))} keptOnPage />
      <Stack gap="lg">
        <Steps
          label={t('data.wizard.steps')}
          steps={steps.map(step => t(`data.wizard.${step}`))}
          current={current}
          onGo={go}
        />
        {current === 0 && <FileStep onFile={chosen} again={again} />}
        {current > 0 && preview.error && (
          <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />
        )}
        {current > 0 && preview.isPending && <Progress label={t('ui.loading')} />}
        {data && current === 1 && <UnderstoodStep preview={data} draft={draft} onChange={change} />}
        {data && current === 2 && <ColumnsStep preview={data} draft={draft} onChange={change} />}
        {data && current === 3 && <CheckStep preview={data} draft={draft} onChange={change} />}
        {current > 0 && (
          <Group>
            <Button variant="default" onClick={() => go(current - 1)}>
              {current === 1 ? t('data.file.instead') : t('data.wizard.back')}
            </Button>
            {data && current < 3 && data.rows.length > 0 && (
              <Button onClick={() => go(current + 1)}>{t('data.wizard.next')}</Button>
            )}
          </Group>
        )}
      </Stack>
    </Page>
  )
}
