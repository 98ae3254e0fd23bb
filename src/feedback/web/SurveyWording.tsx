import {
  Alert,
  Button,
  Group,
  MultiSelect,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Textarea,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconInfoCircle } from '@tabler/icons-react'
import { type FormEvent, useRef, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { showDone } from '../../ui/toast.tsx'
import { UnsavedChanges } from '../../ui/UnsavedChanges.tsx'
import {
  getSurvey,
  listSurveys,
  type Survey,
  type SurveyLanguage,
  surveyLanguages,
  updateSurvey,
} from '../surveys.contract.ts'
import { carriedOver } from './carried-over.ts'
import { FormQuestions } from './FormQuestions.tsx'
import { languageName } from './language-name.ts'
import { NotAsked } from './NotAsked.tsx'
import { PagePreview } from './PagePreview.tsx'
import { changesOf, draftOf, textIn, withText } from './wording.ts'

/** What respondents read, beside the page as they will see it. */
export function SurveyWording({ survey }: { survey: Survey }) {
  const can = useCan()
  if (can('surveys.manage')) return <Editor survey={survey} />
  return <PagePreview {...savedPage(survey)} languages={survey.languages} />
}

/** With its revision, so that what somebody else saved is looked at anew. */
const savedPage = ({ id, revision }: Survey) => ({
  address: `/preview/surveys/${id}`,
  fields: { revision: String(revision) },
})

/** The draft, and the survey as it was when the draft was begun: what somebody else saves meanwhile takes nothing away. */
function useDraft(survey: Survey) {
  const [base, setBase] = useState(survey)
  const [draft, setDraft] = useState(() => draftOf(survey))
  const begin = (from: Survey) => {
    setBase(from)
    setDraft(draftOf(from))
  }
  const sent = useRef(draft)
  const sending = () => {
    sent.current = draft
  }
  /** What was typed while it was being saved stays. */
  const saved = (as: Survey) => {
    setBase(as)
    setDraft(now => carriedOver(sent.current, now, as))
  }
  const changes = changesOf(base, draft)
  const isChanged = Object.keys(changes).length > 0
  const isStale = survey.revision > base.revision
  if (isStale && !isChanged) begin(survey)
  return { base, draft, setDraft, begin, sending, saved, changes, isChanged, isStale: isStale && isChanged }
}

function Editor({ survey }: { survey: Survey }) {
  const { address, fields } = savedPage(survey)
  const { base, draft, setDraft, begin, sending, saved, changes, isChanged, isStale } = useDraft(survey)
  const [language, setLanguage] = useState<SurveyLanguage>(survey.language)
  const [page, setPage] = useState('question')
  const shownLanguage = draft.languages.includes(language) ? language : (draft.languages[0] ?? 'en')
  const [shown] = useDebouncedValue(JSON.stringify(changesOf(base, draft, shownLanguage)), 400)
  const save = useChange(updateSurvey, {
    invalidates: [getSurvey, listSurveys],
    onDone: reply => {
      saved(reply)
      showDone(t('feedback.wording.saved'))
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    sending()
    save.change({ params: { id: survey.id }, body: { revision: base.revision, ...changes } })
  }
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <UnsavedChanges when={isChanged} />
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
          <FormQuestions survey={base} draft={draft} language={shownLanguage} onChange={setDraft} />
          <NotAsked survey={base} draft={draft} language={shownLanguage} onChange={setDraft} />
          <Textarea
            label={t('feedback.wording.thank_you')}
            autosize
            minRows={2}
            maxLength={1000}
            required={base.languages.includes(shownLanguage)}
            value={textIn(draft, 'thank_you', shownLanguage)}
            onChange={event =>
              setDraft(withText(draft, 'thank_you', shownLanguage, event.currentTarget.value))
            }
          />
          {isStale && (
            <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} variant="light" role="alert">
              <Stack gap="xs" align="start">
                {t('feedback.wording.stale')}
                <Button size="xs" variant="default" onClick={() => begin(survey)}>
                  {t('feedback.wording.reload')}
                </Button>
              </Stack>
            </Alert>
          )}
          {survey.opened_at && (changes.questions || changes.form) && (
            <Alert icon={<IconInfoCircle aria-hidden />} variant="light">
              {t('feedback.wording.newVersion')}
            </Alert>
          )}
          <Group>
            <Button type="submit" disabled={!isChanged || isStale} loading={save.pending}>
              {t('feedback.wording.save')}
            </Button>
            <Button variant="default" disabled={!isChanged} onClick={() => begin(survey)}>
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
          address={address}
          fields={{ ...fields, page, words: shown }}
          languages={[shownLanguage]}
        />
      </div>
    </SimpleGrid>
  )
}
