import { Button, Group, MultiSelect, Radio, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type FormEvent, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { locale } from '../../core/web/language.ts'
import { Link, useGo } from '../../core/web/navigation.tsx'
import { useChange } from '../../core/web/query.ts'
import { useSession } from '../../identity/web/index.ts'
import { Page } from '../../ui/Page.tsx'
import { showDone } from '../../ui/toast.tsx'
import { UnsavedChanges } from '../../ui/UnsavedChanges.tsx'
import { type Measure, measures } from '../measures.contract.ts'
import {
  anonymities,
  createSurvey,
  listSurveys,
  type SurveyLanguage,
  surveyKinds,
  surveyLanguages,
} from '../surveys.contract.ts'
import { FurtherQuestions } from './FurtherQuestions.tsx'
import { type FurtherDraft, furtherOf } from './further-questions.ts'
import { languageName } from './language-name.ts'
import { PagePreview } from './PagePreview.tsx'

interface Draft {
  template: Measure
  name: string
  subject: string
  kind: (typeof surveyKinds)[number]
  anonymity: (typeof anonymities)[number]
  languages: SurveyLanguage[]
  questions: FurtherDraft[]
}

const readersLanguage = (): SurveyLanguage =>
  surveyLanguages.find(language => locale().startsWith(language)) ?? 'en'

const firstLanguage = ({ languages }: Pick<Draft, 'languages'>): SurveyLanguage => languages[0] ?? 'en'

export default function NewSurveyPage() {
  const go = useGo()
  const { workspace } = useSession()
  const [first] = useState<Draft>({
    template: 'nps',
    name: '',
    subject: workspace?.name.slice(0, 100) ?? '',
    kind: 'relational',
    anonymity: 'identified',
    languages: [readersLanguage()],
    questions: [],
  })
  const [draft, setDraft] = useState(first)
  const [shown] = useDebouncedValue(draft, 400)
  const create = useChange(createSurvey, {
    invalidates: [listSurveys],
    onDone: survey => {
      showDone(t('feedback.create.created'))
      go(`/surveys/${survey.id}`, { saved: true })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.change({ body: { ...draft, questions: furtherOf(draft.questions, firstLanguage(draft)) } })
  }
  const preview = {
    template: shown.template,
    questions: JSON.stringify(furtherOf(shown.questions, firstLanguage(shown))),
    subject: shown.subject,
    anonymity: shown.anonymity,
    languages: shown.languages.join(','),
  }
  return (
    <Page
      title={t('feedback.create.title')}
      subtitle={t('feedback.create.subtitle')}
      breadcrumbs={[
        { label: t('feedback.surveys.title'), to: '/surveys' },
        { label: t('feedback.create.title') },
      ]}
    >
      <UnsavedChanges when={draft !== first} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <form onSubmit={submit}>
          <Stack gap="lg">
            <SurveyFields draft={draft} onChange={setDraft} />
            <Group>
              <Button type="submit" loading={create.pending}>
                {t('feedback.create.submit')}
              </Button>
              <Button component={Link} to="/surveys" variant="default">
                {t('feedback.create.cancel')}
              </Button>
            </Group>
          </Stack>
        </form>
        <PagePreview address="/preview/surveys" fields={preview} languages={shown.languages} />
      </SimpleGrid>
    </Page>
  )
}

function SurveyFields({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const set = (patch: Partial<Draft>) => onChange({ ...draft, ...patch })
  return (
    <>
      <Select
        label={t('feedback.create.template')}
        description={t(`feedback.measure.${draft.template}.text`)}
        allowDeselect={false}
        data={measures.map(value => ({ value, label: t(`feedback.measure.${value}.name`) }))}
        value={draft.template}
        onChange={value => set({ template: measures.find(measure => measure === value) ?? draft.template })}
      />
      <TextInput
        label={t('feedback.create.name')}
        description={t('feedback.create.nameHelp')}
        placeholder={t('feedback.create.nameExample')}
        required
        maxLength={200}
        value={draft.name}
        onChange={event => set({ name: event.currentTarget.value })}
        data-autofocus
      />
      <TextInput
        label={t('feedback.create.subject')}
        description={t('feedback.create.subjectHelp')}
        required
        maxLength={100}
        value={draft.subject}
        onChange={event => set({ subject: event.currentTarget.value })}
      />
      <Choice
        label={t('feedback.create.kind')}
        values={surveyKinds}
        value={draft.kind}
        texts="feedback.kind"
        onChange={kind => set({ kind })}
      />
      <Choice
        label={t('feedback.create.anonymity')}
        values={anonymities}
        value={draft.anonymity}
        texts="feedback.anonymity"
        onChange={anonymity => set({ anonymity })}
      />
      <MultiSelect
        label={t('feedback.create.languages')}
        description={t('feedback.create.languagesHelp')}
        data={surveyLanguages.map(value => ({ value, label: languageName(value) }))}
        value={draft.languages}
        onChange={values => {
          const languages = values.flatMap(
            value => surveyLanguages.find(language => language === value) ?? [],
          )
          if (languages.length > 0) set({ languages })
        }}
      />
      <FurtherQuestions questions={draft.questions} onChange={questions => set({ questions })} />
    </>
  )
}

interface ChoiceProps<Value extends string> {
  label: string
  values: readonly Value[]
  value: Value
  /** Where the names are; their explanations stand beside, under the same name with Text. */
  texts: string
  onChange: (value: Value) => void
}

function Choice<Value extends string>({ label, values, value, texts, onChange }: ChoiceProps<Value>) {
  return (
    <Radio.Group
      label={label}
      value={value}
      onChange={chosen => {
        const found = values.find(one => one === chosen)
        if (found) onChange(found)
      }}
    >
      <Stack gap="xs" mt="xs">
        {values.map(one => (
          <Radio key={one} value={one} label={t(`${texts}.${one}`)} description={t(`${texts}Text.${one}`)} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
