import { Alert, Button, Stack, Text } from '@mantine/core'
import { formatDateTime } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import type { Preview } from '../imports.contract.ts'
import { type Draft, rememberedIn } from './wizard.ts'

interface RecognisedProps {
  preview: Preview
  draft: Draft
  onChange: (patch: Partial<Draft>) => void
}

/** Which import or tool the columns are known from, and that this is only a suggestion. */
export function Recognised({ preview, draft, onChange }: RecognisedProps) {
  const { recognised } = preview
  const before = rememberedIn(preview, draft)
  if (before?.series) return <NextOfSurvey before={before} onChange={onChange} />
  if (before)
    return (
      <Alert role="status" title={t('data.remembered.title', { file: before.file_name })}>
        <Stack gap="xs" align="flex-start">
          <Text>{t('data.remembered.detail', { when: formatDateTime(before.at) })}</Text>
          <Button size="xs" variant="default" onClick={() => onChange({ anew: true, columns: {} })}>
            {t('data.remembered.anew')}
          </Button>
        </Stack>
      </Alert>
    )
  if (preview.bookkeeping)
    return <NoCustomers {...preview.bookkeeping} preview={preview} onChange={onChange} />
  return recognised ? (
    <Alert role="status" title={t('data.understood.recognised', { name: recognised.name })}>
      {t('data.understood.recognisedDetail')}
    </Alert>
  ) : null
}

interface NoCustomersProps extends NonNullable<Preview['bookkeeping']> {
  preview: Preview
  onChange: RecognisedProps['onChange']
}

/** What the other tool keeps for itself: what it is good for, and a way to import it all the same. */
function NoCustomers({ what, tool, preview, onChange }: NoCustomersProps) {
  const said = { tool: tool ?? t('data.bookkeeping.otherTool') }
  return (
    <Alert role="status" title={t(`data.bookkeeping.${what}`, said)}>
      <Stack gap="xs" align="flex-start">
        <Text>{t(`data.bookkeeping.${what}Use`, said)}</Text>
        {what === 'staff' && <Link to="/settings/members">{t('data.bookkeeping.members')}</Link>}
        <Button size="xs" variant="default" onClick={() => onChange({ kind: preview.kind, columns: {} })}>
          {t('data.bookkeeping.anyway')}
        </Button>
      </Stack>
    </Alert>
  )
}

interface NextOfSurveyProps {
  before: NonNullable<Preview['remembered']>
  onChange: RecognisedProps['onChange']
}

/** Columns that are not called as before, but agree with those of earlier files: how many, and what was not found. */
function NextOfSurvey({ before: { series, missing }, onChange }: NextOfSurveyProps) {
  const count = series?.columns.length ?? 0
  return (
    <Alert role="status" title={t('data.series.title', { survey: series?.survey.name ?? '' })}>
      <Stack gap="xs" align="flex-start">
        <Text>{t('data.series.detail', { count })}</Text>
        {missing.length > 0 && (
          <Text>
            {t('data.series.missing', { count: missing.length, questions: missing.slice(0, 12).join(' · ') })}
          </Text>
        )}
        <Button size="xs" variant="default" onClick={() => onChange({ anew: true, columns: {} })}>
          {t('data.remembered.anew')}
        </Button>
      </Stack>
    </Alert>
  )
}
