import { Button, Checkbox, Group, Radio, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useGo } from '../../core/web/navigation.tsx'
import { useChange } from '../../core/web/query.ts'
import { createImport, importModes, listImports, type Preview } from '../imports.contract.ts'
import { SettingsFields } from './SettingsFields.tsx'
import { SinceFields } from './SinceFields.tsx'
import { TrialResult } from './TrialResult.tsx'
import {
  type Draft,
  mappingOf,
  matchableOf,
  matchOf,
  modeOf,
  settingsOf,
  sinceOf,
  targetName,
} from './wizard.ts'

interface StepProps {
  preview: Preview
  draft: Draft
  onChange: (patch: Partial<Draft>) => void
}

export function CheckStep({ preview, draft, onChange }: StepProps) {
  const go = useGo()
  const [trial, setTrial] = useState<string>()
  const mapping = mappingOf(preview, draft)
  const match = matchOf(preview, draft, mapping) ?? []
  const isRecords = preview.kind === 'person' || preview.kind === 'company'
  const settings = settingsOf(preview, draft)
  const since = sinceOf(preview, draft)
  const body = {
    file_id: preview.file.id,
    kind: preview.kind,
    dialect: preview.dialect,
    mapping,
    match,
    mode: modeOf(preview, draft),
    // Only of what happened are usual values asked; those of an earlier choice mean nothing here.
    settings: !isRecords ? settings : { ...settings, defaults: {} },
    ...(since ? { since } : {}),
  }
  const start = useChange(createImport, {
    invalidates: [listImports],
    onDone: made => (made.dry_run ? setTrial(made.id) : go(`/imports/${made.id}`, { saved: true })),
  })
  // A trial speaks of the settings it was made with.
  const change = (patch: Partial<Draft>) => {
    setTrial(undefined)
    onChange(patch)
  }
  return (
    <Stack gap="lg">
      <SinceFields preview={preview} draft={draft} onChange={change} />
      {isRecords && <Matching preview={preview} draft={draft} match={match} onChange={change} />}
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t('data.check.settings')}
        </Title>
        <SettingsFields
          kind={preview.kind}
          mapping={mapping}
          settings={settings}
          onChange={next => change({ settings: next })}
        />
      </Stack>
      <Group>
        <Button loading={start.pending} onClick={() => start.change({ body: { ...body, dry_run: false } })}>
          {t('data.check.start')}
        </Button>
        <Button
          variant="default"
          loading={start.pending}
          onClick={() => start.change({ body: { ...body, dry_run: true } })}
        >
          {t('data.check.try')}
        </Button>
        <Text size="sm" c="dimmed">
          {t('data.check.tryHint')}
        </Text>
      </Group>
      {trial && <TrialResult import_id={trial} />}
    </Stack>
  )
}

function Matching({ preview, draft, match, onChange }: StepProps & { match: readonly string[] }) {
  const mapping = mappingOf(preview, draft)
  const possible = matchableOf(preview, mapping)
  const nameOf = (key: string) => {
    const own = preview.targets.find(target => target.custom && target.key === key)
    return own ? targetName(preview.kind, own) : t(`data.check.match_${key}`)
  }
  return (
    <Stack gap="md">
      {possible.length > 0 ? (
        <Checkbox.Group
          label={t('data.check.match')}
          value={[...match]}
          onChange={chosen => onChange({ match: chosen })}
        >
          <Group mt={6}>
            {possible.map(key => (
              <Checkbox key={key} value={key} label={nameOf(key)} />
            ))}
          </Group>
        </Checkbox.Group>
      ) : (
        <Text>{t('data.check.matchNone')}</Text>
      )}
      <Radio.Group
        label={t('data.check.mode')}
        value={modeOf(preview, draft)}
        onChange={value => {
          const mode = importModes.find(known => known === value)
          if (mode) onChange({ mode })
        }}
      >
        <Stack gap={6} mt={6}>
          {(['both', 'create', 'update'] as const).map(mode => (
            <Radio
              key={mode}
              value={mode}
              label={t(`data.check.mode_${mode}`)}
              disabled={mode === 'update' && match.length === 0}
            />
          ))}
        </Stack>
      </Radio.Group>
    </Stack>
  )
}
