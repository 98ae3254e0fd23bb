import {
  Alert,
  Button,
  Group,
  MultiSelect,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconInfoCircle } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { showDone } from '../../ui/toast.tsx'
import {
  getSurvey,
  listSurveys,
  type Survey,
  type SurveyLanguage,
  surveyLanguages,
  updateSurvey,
} from '../surveys.contract.ts'
import { languageName } from './language-name.ts'
import { PagePreview } from './PagePreview.tsx'
import { type Draft, draftOf, textIn, withText, wordsOf } from './wording.ts'

/** What respondents read, beside the page as they will see it. */
export function SurveyWording({ survey }: { survey: Survey }) {
  const can = useCan()
  const preview = (src: string, languages: readonly string[]) => (
    <PagePreview src={src} languages={languages} />
  )
  const address = `/preview/surveys/${survey.id}?v=${survey.version}`
  if (!can('surveys.manage')) return preview(address, survey.languages)
  // Saved words begin a new draft.
  return <Editor key={survey.updated_at} survey={survey} address={address} />
}

function Editor({ survey, address }: { survey: Survey; address: string }) {
  const [draft, setDraft] = useState(() => draftOf(survey))
  const [language, setLanguage] = useState<SurveyLanguage>(survey.language)
  const [page, setPage] = useState('question')
  const shownLanguage = draft.languages.includes(language) ? language : (draft.languages[0] ?? 'en')
  const words = wordsOf(survey, draft)
  const [shown] = useDebouncedValue(JSON.stringify(wordsOf(survey, draft, shownLanguage)), 400)
  const save = useChange(updateSurvey, {
    invalidates: [getSurvey, listSurveys],
    onDone: () => showDone(t('feedback.wording.saved')),
  })
  const changed = Object.keys(words).length > 0
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.change({ params: { id: survey.id }, body: words })
  }
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <form onSubmit={submit}>
        <Stack>
          <MultiSelect
            label={t('feedback.wording.languages')}
            description={t('feedback.wording.languagesHelp')}
            data={surveyLanguages.map(value => ({ value, label: languageName(value) }))}
            value={draft.languages}
            onChange={values => {
              const languages = values.flatMap(value => surveyLanguages.find(one => one === value) ?? [])
              if (languages.length > 0) setDraft({ ...draft, languages })
            }}
          />
          {draft.languages.length > 1 && (
            <SegmentedControl
              aria-label={t('feedback.wording.edit')}
              value={shownLanguage}
              onChange={value => setLanguage(surveyLanguages.find(one => one === value) ?? survey.language)}
              data={draft.languages.map(value => ({ value, label: languageName(value) }))}
            />
          )}
          <Fields survey={survey} draft={draft} language={shownLanguage} onChange={setDraft} />
          {survey.opened_at && words.questions && (
            <Alert icon={<IconInfoCircle aria-hidden />} variant="light">
              {t('feedback.wording.newVersion')}
            </Alert>
          )}
          <Group>
            <Button type="submit" disabled={!changed} loading={save.pending}>
              {t('feedback.wording.save')}
            </Button>
            <Button variant="default" disabled={!changed} onClick={() => setDraft(draftOf(survey))}>
              {t('feedback.wording.discard')}
            </Button>
          </Group>
        </Stack>
      </form>
      <div>
        <SegmentedControl
          mb="sm"
          size="xs"
          aria-label={t('feedback.wording.page')}
          value={page}
          onChange={setPage}
          data={['question', 'thanks'].map(value => ({ value, label: t(`feedback.wording.pages.${value}`) }))}
        />
        <PagePreview
          src={`${address}&page=${page}&words=${encodeURIComponent(shown)}`}
          languages={[shownLanguage]}
        />
      </div>
    </SimpleGrid>
  )
}

interface FieldsProps {
  survey: Survey
  draft: Draft
  language: SurveyLanguage
  onChange: (draft: Draft) => void
}

/** One field for every text; in a language that is new they are filled when it is saved. */
function Fields({ survey, draft, language, onChange }: FieldsProps) {
  const isNew = !survey.languages.includes(language)
  const field = (key: string) => ({
    value: textIn(draft, key, language),
    required: !isNew,
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange(withText(draft, key, language, event.currentTarget.value)),
  })
  return (
    <>
      {survey.questions.map(({ id, measure, touchpoint, scale_max, options }) => (
        <Stack key={id} gap="xs">
          <Textarea
            label={[t(`feedback.measure.${measure}.name`), touchpoint].filter(Boolean).join(' · ')}
            autosize
            minRows={2}
            maxLength={500}
            {...field(id)}
          />
          {options.map(option => (
            <TextInput
              key={option.id}
              label={t(`feedback.wording.${scale_max === null ? 'option' : 'point'}`, { id: option.id })}
              maxLength={100}
              {...field(`${id} ${option.id}`)}
            />
          ))}
        </Stack>
      ))}
      <Textarea
        label={t('feedback.wording.thank_you')}
        autosize
        minRows={2}
        maxLength={1000}
        {...field('thank_you')}
      />
    </>
  )
}
