import { Stack, Text } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { ImportOutcome } from './ImportOutcome.tsx'
import { isUnderWay, useImport } from './progress.ts'
import { SinceOutcome } from './SinceOutcome.tsx'

export function TrialResult({ import_id }: { import_id: string }) {
  const trial = useImport(import_id)
  if (trial.error) return <ErrorState error={trial.error} compact />
  if (!trial.data) return null
  return (
    <Stack gap="sm" aria-live="polite">
      {!isUnderWay(trial.data) && <Text>{t('data.one.trialDone')}</Text>}
      <ImportOutcome of={trial.data} />
      <SinceOutcome of={trial.data} />
    </Stack>
  )
}
