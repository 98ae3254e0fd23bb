import { ActionIcon, Button, Card, Checkbox, Group, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useRef } from 'react'
import { t } from '../../core/web/i18n.ts'
import { questionKinds } from '../measures.contract.ts'
import { FormPart } from './FormPart.tsx'
import type { FurtherDraft } from './further-questions.ts'

const most = 18

interface FurtherQuestionsProps {
  questions: readonly FurtherDraft[]
  onChange: (questions: FurtherDraft[]) => void
}

/** What is asked after the first question, in order. */
export function FurtherQuestions({ questions, onChange }: FurtherQuestionsProps) {
  const next = useRef(1)
  const adding = useRef<HTMLButtonElement>(null)
  const remove = (key: number) => {
    onChange(questions.filter(one => one.key !== key))
    // The button that was pressed is gone.
    requestAnimationFrame(() => adding.current?.focus())
  }
  const add = () => {
    const key = next.current++
    onChange([
      ...questions,
      { key, measure: 'choice', touchpoint: '', label: '', options: '', required: false },
    ])
  }
  const change = (key: number, patch: Partial<FurtherDraft>) =>
    onChange(questions.map(one => (one.key === key ? { ...one, ...patch } : one)))
  return (
    <FormPart title={t('feedback.further.title')} help={t('feedback.further.help')}>
      {questions.map((question, index) => (
        <Question
          key={question.key}
          number={index + 2}
          question={question}
          onChange={patch => change(question.key, patch)}
          onRemove={() => remove(question.key)}
        />
      ))}
      <Button
        ref={adding}
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        disabled={questions.length >= most}
        onClick={add}
        style={{ alignSelf: 'start' }}
      >
        {t('feedback.further.add')}
      </Button>
    </FormPart>
  )
}

interface QuestionProps {
  number: number
  question: FurtherDraft
  onChange: (patch: Partial<FurtherDraft>) => void
  onRemove: () => void
}

function Question({ number, question, onChange, onRemove }: QuestionProps) {
  const { measure, touchpoint, label, options, required } = question
  const name = t('feedback.further.number', { number })
  return (
    <Card withBorder padding="sm" role="group" aria-label={name}>
      <Stack gap="xs">
        <Group gap="xs" align="end" wrap="nowrap">
          <Select
            flex={1}
            label={name}
            allowDeselect={false}
            data={questionKinds.map(value => ({ value, label: t(`feedback.measure.${value}.name`) }))}
            value={measure}
            onChange={value => onChange({ measure: questionKinds.find(kind => kind === value) ?? measure })}
          />
          <ActionIcon
            variant="default"
            size="input-sm"
            aria-label={t('feedback.further.remove', { number })}
            onClick={onRemove}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
        {measure !== 'comment' && measure !== 'choice' && (
          <TextInput
            label={t('feedback.further.touchpoint')}
            description={t('feedback.further.touchpointHelp')}
            maxLength={100}
            value={touchpoint}
            onChange={event => onChange({ touchpoint: event.currentTarget.value })}
          />
        )}
        <TextInput
          label={t('feedback.further.label')}
          {...(measure === 'choice' ? { required: true } : { description: t('feedback.further.labelHelp') })}
          maxLength={500}
          value={label}
          onChange={event => onChange({ label: event.currentTarget.value })}
        />
        {measure === 'choice' && (
          <Textarea
            label={t('feedback.further.options')}
            autosize
            minRows={2}
            required
            value={options}
            onChange={event => onChange({ options: event.currentTarget.value })}
          />
        )}
        {measure !== 'comment' && (
          <Checkbox
            label={t('feedback.further.required')}
            checked={required}
            onChange={event => onChange({ required: event.currentTarget.checked })}
          />
        )}
      </Stack>
    </Card>
  )
}
