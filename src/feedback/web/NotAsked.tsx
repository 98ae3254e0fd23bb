import { Badge, Button, Card, Group, Text } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import type { Survey, SurveyLanguage } from '../surveys.contract.ts'
import { FormPart } from './FormPart.tsx'
import { cardOf } from './FormQuestions.tsx'
import { type Draft, draftQuestion, notAsked, textIn } from './wording.ts'

interface NotAskedProps {
  survey: Survey
  draft: Draft
  language: SurveyLanguage
  onChange: (draft: Draft) => void
}

/** Questions that were taken away, now or earlier; any of them can be asked again. */
export function NotAsked({ survey, draft, language, onChange }: NotAskedProps) {
  const questions = notAsked(survey, draft)
  if (questions.length === 0) return null
  return (
    <FormPart title={t('feedback.wording.takenAway')} help={t('feedback.wording.takenAwayHelp')}>
      {questions.map(question => {
        const { id, measure, label } = question
        const name =
          textIn(draft, id, language) || Object.values(label)[0] || t(`feedback.measure.${measure}.name`)
        const isRetired = survey.retired.some(one => one.id === id)
        return (
          <Card key={id} withBorder padding="sm">
            <Group justify="space-between" gap="sm">
              <div>
                <Text size="sm">{name}</Text>
                <Group gap="xs">
                  <Text size="xs" c="dimmed">
                    {t(`feedback.measure.${measure}.name`)}
                  </Text>
                  {isRetired ? (
                    <Badge variant="default">{t('feedback.wording.retired')}</Badge>
                  ) : (
                    <Text size="xs" c="dimmed">
                      {t('feedback.wording.unsaved')}
                    </Text>
                  )}
                </Group>
              </div>
              <Button
                size="xs"
                variant="default"
                aria-label={t('feedback.wording.bringBackOf', { question: name })}
                onClick={() => {
                  onChange({ ...draft, questions: [...draft.questions, draftQuestion(question)] })
                  // The button that was pressed is gone: on to the question, at the end of the form.
                  requestAnimationFrame(() => document.getElementById(cardOf(id))?.focus())
                }}
              >
                {t('feedback.wording.bringBack')}
              </Button>
            </Group>
          </Card>
        )
      })}
    </FormPart>
  )
}
