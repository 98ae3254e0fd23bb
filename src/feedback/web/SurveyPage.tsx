import { Alert, Button, Group, Tabs } from '@mantine/core'
import { IconGauge, IconInfoCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { Link, usePathParams, useSearchParams } from '../../core/web/navigation.tsx'
import { useChange, useEndpoint } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { showDone } from '../../ui/toast.tsx'
import { isMeasure } from '../measures.contract.ts'
import { closeSurvey, getSurvey, listSurveys, openSurvey, type Survey } from '../surveys.contract.ts'
import { AnswersTable } from './AnswersTable.tsx'
import { StatusBadge } from './StatusBadge.tsx'
import { SurveyLinks } from './SurveyLinks.tsx'
import { SurveyWording } from './SurveyWording.tsx'

const tabs = ['answers', 'links', 'preview']

export default function SurveyPage() {
  const { survey_id } = usePathParams('survey_id')
  const survey = useEndpoint(getSurvey, { params: { id: survey_id } })
  const [search, setSearch] = useSearchParams()
  const [hasWording, setHasWording] = useState(false)
  // What is shown stays while it cannot be asked for again: somebody may be typing.
  if (survey.error && !survey.data)
    return (
      <Page title={t('feedback.surveys.title')}>
        <ErrorState error={survey.error} onRetry={() => void survey.refetch()} />
      </Page>
    )
  const shown = survey.data
  if (!shown) return <Page title={t('feedback.surveys.title')}>{null}</Page>
  const usual = shown.status === 'draft' ? 'preview' : 'answers'
  const tab = tabs.find(one => one === search.tab) ?? usual
  if (tab === 'preview' && !hasWording) setHasWording(true)
  return (
    <Page
      title={shown.name}
      beside={<StatusBadge status={shown.status} />}
      subtitle={`${t(`feedback.kind.${shown.kind}`)} · ${t(`feedback.anonymity.${shown.anonymity}`)}`}
      breadcrumbs={[{ label: t('feedback.surveys.title'), to: '/surveys' }, { label: shown.name }]}
      actions={<SurveyActions survey={shown} />}
    >
      {shown.status === 'draft' && (
        <Alert
          icon={<IconInfoCircle aria-hidden />}
          title={t('feedback.survey.draftTitle')}
          variant="light"
          mb="md"
        >
          {t('feedback.survey.draftText')}
        </Alert>
      )}
      <Tabs value={tab} onChange={next => setSearch({ tab: next }, { replace: true })} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="answers">{t('feedback.survey.answersTab')}</Tabs.Tab>
          <Tabs.Tab value="links">{t('feedback.survey.linksTab')}</Tabs.Tab>
          <Tabs.Tab value="preview">{t('feedback.survey.wordingTab')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="answers">
          <AnswersTable
            fills
            identified={shown.anonymity === 'identified'}
            source={{ survey_id: shown.id }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="links">
          <SurveyLinks survey={shown} />
        </Tabs.Panel>
        {/* What was typed there is still there after a look at the answers. */}
        <Tabs.Panel value="preview" keepMounted={hasWording}>
          <SurveyWording survey={shown} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

/** What its first question measures. */
const measureOf = ({ questions }: Survey) => questions.map(one => one.measure).find(isMeasure) ?? 'nps'

function SurveyActions({ survey }: { survey: Survey }) {
  const can = useCan()
  const [asking, setAsking] = useState(false)
  const invalidates = [getSurvey, listSurveys]
  const input = { params: { id: survey.id } }
  const open = useChange(openSurvey, { invalidates, onDone: () => showDone(t('feedback.survey.opened')) })
  const close = useChange(closeSurvey, {
    invalidates,
    onDone: () => {
      setAsking(false)
      showDone(t('feedback.survey.closed'))
    },
  })
  return (
    <Group gap="sm">
      {survey.opened_at && (
        <Button
          component={Link}
          to={`/measures?measure=${measureOf(survey)}&survey_id=${survey.id}&range=all`}
          variant="default"
          leftSection={<IconGauge size={16} aria-hidden />}
        >
          {t('feedback.survey.measure')}
        </Button>
      )}
      {can('surveys.manage') &&
        (survey.status === 'open' ? (
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('feedback.survey.close')}
          </Button>
        ) : (
          <Button loading={open.pending} onClick={() => open.change(input)}>
            {t(survey.status === 'draft' ? 'feedback.survey.open' : 'feedback.survey.reopen')}
          </Button>
        ))}
      <ConfirmDialog
        opened={asking}
        title={t('feedback.survey.closeTitle')}
        confirmLabel={t('feedback.survey.close')}
        pending={close.pending}
        onConfirm={() => close.change(input)}
        onClose={() => setAsking(false)}
      >
        {t('feedback.survey.closeText')}
      </ConfirmDialog>
    </Group>
  )
}
