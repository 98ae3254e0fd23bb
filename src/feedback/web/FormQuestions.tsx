import { ActionIcon, Button, Card, Group, Menu, Stack, Text, VisuallyHidden } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { questionKinds } from '../measures.contract.ts'
import type { Survey, SurveyLanguage } from '../surveys.contract.ts'
import { QuestionFields } from './QuestionFields.tsx'
import { type Draft, type DraftQuestion, moved, newQuestion, textIn } from './wording.ts'

const most = 40

interface FormQuestionsProps {
  survey: Survey
  draft: Draft
  language: SurveyLanguage
  onChange: (draft: Draft) => void
}

/** What is asked, in its order. */
export function FormQuestions({ survey, draft, language, onChange }: FormQuestionsProps) {
  const { questions } = draft
  const [said, setSaid] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const [moving, setMoving] = useState<{ key: string; way: 'u' | 'd' }>()
  // Whoever moves a question by keyboard stays on it.
  useEffect(() => {
    if (!moving) return
    const buttons =
      list.current?.querySelectorAll<HTMLButtonElement>('button[data-move]:not(:disabled)') ?? []
    const own = [...buttons].filter(button => button.dataset.key === moving.key)
    const same = own.find(button => button.dataset.move === moving.way)
    ;(same ?? own[0])?.focus()
  }, [moving])
  const adding = useRef<HTMLButtonElement>(null)
  const remove = (key: string) => {
    onChange({ ...draft, questions: questions.filter(one => one.key !== key) })
    // The button that was pressed is gone.
    requestAnimationFrame(() => adding.current?.focus())
  }
  const move = (from: number, to: number) => {
    const question = questions[from]
    if (!question) return
    setMoving({ key: question.key, way: to < from ? 'u' : 'd' })
    onChange(moved(draft, from, to))
    setSaid(
      t('feedback.wording.moved', {
        question: nameOf(draft, question, language),
        number: to + 1,
        count: questions.length,
      }),
    )
  }
  return (
    <Stack gap="sm" ref={list} component="section" aria-label={t('feedback.wording.questions')}>
      {questions.map((question, index) => {
        const name = nameOf(draft, question, language)
        return (
          <Card
            key={question.key}
            id={cardOf(question.key)}
            tabIndex={-1}
            withBorder
            padding="sm"
            role="group"
            aria-label={name}
          >
            <Group justify="space-between" align="start" wrap="nowrap" mb="xs">
              <Text size="sm" fw={560}>
                {index + 1}.{' '}
                {[t(`feedback.measure.${question.measure}.name`), question.touchpoint]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
              <Mover
                question={question}
                name={name}
                first={index === 0}
                last={index === questions.length - 1}
                onUp={() => move(index, index - 1)}
                onDown={() => move(index, index + 1)}
                {...(questions.length > 1 ? { onRemove: () => remove(question.key) } : {})}
              />
            </Group>
            <QuestionFields
              survey={survey}
              draft={draft}
              question={question}
              language={language}
              onChange={onChange}
            />
          </Card>
        )
      })}
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <AddQuestion
        button={adding}
        full={questions.length >= most}
        onAdd={question => onChange({ ...draft, questions: [...questions, question] })}
      />
    </Stack>
  )
}

/** Where the focus is taken when the question is brought back. */
export const cardOf = (key: string): string => `question-${key}`

const nameOf = (draft: Draft, { key, measure }: DraftQuestion, language: SurveyLanguage): string =>
  textIn(draft, key, language) || t(`feedback.measure.${measure}.name`)

interface MoverProps {
  question: DraftQuestion
  name: string
  first: boolean
  last: boolean
  onUp: () => void
  onDown: () => void
  onRemove?: () => void
}

function Mover({ question, name, first, last, onUp, onDown, onRemove }: MoverProps) {
  const move = (way: 'u' | 'd') => ({
    'data-move': way,
    'data-key': question.key,
    variant: 'default',
    size: 'md',
  })
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        {...move('u')}
        disabled={first}
        aria-label={t('feedback.wording.up', { question: name })}
        onClick={onUp}
      >
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        {...move('d')}
        disabled={last}
        aria-label={t('feedback.wording.down', { question: name })}
        onClick={onDown}
      >
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size="md"
        disabled={!onRemove}
        aria-label={t('feedback.wording.remove', { question: name })}
        onClick={onRemove}
      >
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Group>
  )
}

interface AddQuestionProps {
  button: RefObject<HTMLButtonElement | null>
  full: boolean
  onAdd: (question: DraftQuestion) => void
}

function AddQuestion({ button, full, onAdd }: AddQuestionProps) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          ref={button}
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={full}
          style={{ alignSelf: 'start' }}
        >
          {t('feedback.wording.add')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('feedback.wording.addKind')}>
        {questionKinds.map(kind => (
          <Menu.Item key={kind} onClick={() => onAdd(newQuestion(kind))}>
            {t(`feedback.measure.${kind}.name`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
