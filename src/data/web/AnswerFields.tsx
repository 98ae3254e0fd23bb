import { Checkbox, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { useEndpoint } from '../../core/web/query.ts'
import { listSurveys } from '../../feedback/surveys.contract.ts'
import type { ImportSettings } from '../imports.contract.ts'

interface AnswerFieldsProps {
  settings: ImportSettings
  maps: (...targets: string[]) => boolean
  onChange: (settings: ImportSettings) => void
}

const new_survey = 'new'

/** Which survey the answers belong to, when they were given where no column says so, and whose they are. */
export function AnswerFields({ settings, maps, onChange }: AnswerFieldsProps) {
  const surveys = useEndpoint(listSurveys, { query: { limit: 200 } })
  const known = (surveys.data?.items ?? []).filter(({ status }) => status !== 'draft')
  const { survey: _survey, ...withoutSurvey } = settings
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        <Select
          label={t('data.answers.survey')}
          data={[
            { value: new_survey, label: t('data.answers.newSurvey') },
            ...known.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={settings.survey?.id ?? new_survey}
          searchable
          allowDeselect={false}
          onChange={value =>
            onChange(value && value !== new_survey ? { ...settings, survey: { id: value } } : withoutSurvey)
          }
        />
        {!settings.survey?.id && (
          <TextInput
            label={t('data.answers.surveyName')}
            description={t('data.answers.surveyNameHint')}
            value={settings.survey?.name ?? ''}
            maxLength={120}
            onChange={event => {
              const name = event.currentTarget.value
              onChange(name ? { ...settings, survey: { name } } : withoutSurvey)
            }}
          />
        )}
        {!maps('occurred_at') && (
          <TextInput
            type="date"
            required
            label={t('data.answers.day')}
            value={settings.defaults.occurred_at ?? ''}
            onChange={event =>
              onChange({
                ...settings,
                defaults: { ...settings.defaults, occurred_at: event.currentTarget.value },
              })
            }
          />
        )}
      </SimpleGrid>
      {maps('email', 'phone', 'external_id', 'user_id') && (
        <Checkbox
          label={t('data.check.makePeople')}
          checked={settings.make_people}
          onChange={event => onChange({ ...settings, make_people: event.currentTarget.checked })}
        />
      )}
    </Stack>
  )
}
