import { Stack, TextInput } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import type { ColumnMapping } from '../import-formats.contract.ts'

type Question = NonNullable<ColumnMapping['question']>

interface QuestionFieldsProps {
  question: Question
  onChange: (question: Question) => void
}

/** What was asked in a column of answers, about what, and which cells are no answers. */
export function QuestionFields({ question, onChange }: QuestionFieldsProps) {
  const { touchpoint: _about, ...withoutTouchpoint } = question
  return (
    <Stack gap="xs">
      <TextInput
        label={t('data.answers.asked')}
        value={question.label}
        maxLength={300}
        onChange={event => onChange({ ...question, label: event.currentTarget.value })}
      />
      {question.measure !== 'comment' && (
        <TextInput
          label={t('data.answers.about')}
          description={t('data.answers.aboutHint')}
          value={question.touchpoint ?? ''}
          maxLength={60}
          onChange={event => {
            const touchpoint = event.currentTarget.value
            onChange(touchpoint ? { ...question, touchpoint } : withoutTouchpoint)
          }}
        />
      )}
      <TextInput
        label={t('data.answers.noAnswer')}
        description={t('data.answers.noAnswerHint')}
        value={question.no_answer.join(', ')}
        maxLength={200}
        onChange={event =>
          onChange({ ...question, no_answer: event.currentTarget.value.split(',').map(code => code.trim()) })
        }
      />
    </Stack>
  )
}
