import { Checkbox, Radio, Stack, Text, TextInput } from '@mantine/core'
import { formatDateTime } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import type { Preview } from '../imports.contract.ts'
import { comparesIn, type Draft, rememberedIn } from './wizard.ts'

interface SinceFieldsProps {
  preview: Preview
  draft: Draft
  onChange: (patch: Partial<Draft>) => void
}

/** A newer export of a list that came before: only what changed there since, and what holds where both changed. */
export function SinceFields({ preview, draft, onChange }: SinceFieldsProps) {
  const before = rememberedIn(preview, draft)
  const compared = preview.kind === 'person' || preview.kind === 'company'
  if (draft.again && !compared) return <Text>{t('data.since.once')}</Text>
  if (draft.again && before && !before.last) return <Text>{t('data.since.impossible')}</Text>
  if (!before?.last) return null
  const compares = comparesIn(preview, draft)
  return (
    <Stack gap="md">
      <Checkbox
        label={t('data.since.compare', { file: before.last.file_name })}
        description={t('data.since.compareHint', { when: formatDateTime(before.last.at) })}
        checked={compares}
        onChange={event => onChange({ compare: event.currentTarget.checked })}
      />
      {compares && (
        <>
          <Radio.Group
            label={t('data.since.conflicts')}
            value={draft.conflicts ?? 'keep'}
            onChange={value => onChange({ conflicts: value === 'take' ? 'take' : 'keep' })}
          >
            <Stack gap={6} mt={6}>
              <Radio value="keep" label={t('data.since.keep')} />
              <Radio value="take" label={t('data.since.take')} />
            </Stack>
          </Radio.Group>
          <TextInput
            maw={420}
            label={t('data.since.tag')}
            description={t('data.since.tagHint')}
            value={draft.gone_tag ?? ''}
            maxLength={60}
            onChange={event => onChange({ gone_tag: event.currentTarget.value })}
          />
        </>
      )}
      {before.missing.length > 0 && (
        <Text size="sm">{t('data.since.missing', { columns: before.missing.join(', ') })}</Text>
      )}
    </Stack>
  )
}
