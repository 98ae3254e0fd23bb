import { ActionIcon, Button, Checkbox, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useRef } from 'react'
import { t } from '../../core/web/i18n.ts'
import { isMeasure } from '../measures.contract.ts'
import type { Survey, SurveyLanguage } from '../surveys.contract.ts'
import { type Draft, type DraftQuestion, newKey, textIn, withQuestion, withText } from './wording.ts'

interface QuestionFieldsProps {
  survey: Survey
  draft: Draft
  question: DraftQuestion
  language: SurveyLanguage
  onChange: (draft: Draft) => void
}

/** One field for every text; in a language that is new they are filled when it is saved. */
export function QuestionFields({ survey, draft, question, language, onChange }: QuestionFieldsProps) {
  const { key, isNew, measure, touchpoint, required, options } = question
  const set = (patch: Partial<DraftQuestion>) => onChange(withQuestion(draft, key, patch))
  const adding = useRef<HTMLButtonElement>(null)
  const removeOption = (option: string) => {
    set({ options: options.filter(one => one !== option) })
    // The button that was pressed is gone.
    requestAnimationFrame(() => adding.current?.focus())
  }
  const isFilled = survey.languages.includes(language)
  const field = (text: string) => ({
    value: textIn(draft, text, language),
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange(withText(draft, text, language, event.currentTarget.value)),
  })
  const fromTemplate = isNew && measure !== 'choice'
  return (
    <Stack gap="xs">
      <Textarea
        label={t('feedback.further.label')}
        autosize
        minRows={2}
        maxLength={500}
        required={isFilled && !fromTemplate}
        {...(fromTemplate ? { description: t('feedback.further.labelHelp') } : {})}
        {...field(key)}
      />
      {isNew && isMeasure(measure) && (
        <TextInput
          label={t('feedback.further.touchpoint')}
          description={t('feedback.further.touchpointHelp')}
          maxLength={100}
          value={touchpoint}
          onChange={event => set({ touchpoint: event.currentTarget.value })}
        />
      )}
      {options.map((option, index) => (
        <Group key={option} gap="xs" align="end" wrap="nowrap">
          <TextInput
            flex={1}
            label={
              measure === 'choice'
                ? t('feedback.wording.option', { number: index + 1 })
                : t('feedback.wording.point', { id: option })
            }
            required={isFilled}
            maxLength={100}
            {...field(`${key} ${option}`)}
          />
          {measure === 'choice' && (
            <ActionIcon
              variant="default"
              size="input-sm"
              disabled={options.length <= 2}
              aria-label={t('feedback.wording.removeOption', { number: index + 1 })}
              onClick={() => removeOption(option)}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      ))}
      {measure === 'choice' && (
        <Button
          ref={adding}
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={options.length >= 200}
          onClick={() => set({ options: [...options, newKey()] })}
          style={{ alignSelf: 'start' }}
        >
          {t('feedback.wording.newOption')}
        </Button>
      )}
      {measure !== 'comment' && (
        <Checkbox
          label={t('feedback.wording.required')}
          checked={required}
          onChange={event => set({ required: event.currentTarget.checked })}
        />
      )}
    </Stack>
  )
}
