import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { type FormEvent, useRef, useState } from 'react'
import { addressOf } from '../../core/endpoint.ts'
import type { Selection } from '../../core/web/area-web.ts'
import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { language } from '../../core/web/language.ts'
import { Link } from '../../core/web/navigation.tsx'
import { invalidate, useEndpoint } from '../../core/web/query.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { showError } from '../../ui/toast.tsx'
import { downloadInvitations, listInvitations, listSurveys } from '../surveys.contract.ts'
import { InviteDays } from './InviteDays.tsx'
import { InvitedTold } from './InvitedTold.tsx'
import { type Invited, inviteChosen } from './invite-chosen.ts'

interface InviteChosenDialogProps {
  selection: Selection
  onClose: () => void
}

/** Personal links for the people marked in a list: to which survey, and afterwards who got one and who did not. */
export default function InviteChosenDialog({ selection, onClose }: InviteChosenDialogProps) {
  const [invited, setInvited] = useState<{ survey_id: string; outcome: Invited }>()
  // What was marked when it was opened: the list behind may change.
  const [{ count }] = useState(selection)
  const inviting = useInviting((survey_id, outcome) => setInvited({ survey_id, outcome }))
  // Whoever leaves it on the way stops it, and is told how far it came.
  const leave = inviting.progress === null ? onClose : inviting.stop
  return (
    <Dialog onClose={leave} title={t('feedback.invite.chosen.title', { count, n: formatNumber(count) })}>
      {invited ? (
        <Outcome {...invited} onClose={onClose} />
      ) : (
        <Choice selection={selection} inviting={inviting} onLeave={leave} />
      )}
    </Dialog>
  )
}

interface ChoiceProps {
  selection: Selection
  inviting: ReturnType<typeof useInviting>
  onLeave: () => void
}

function Choice({ selection, inviting: { progress, run }, onLeave }: ChoiceProps) {
  const { data, error, refetch } = useEndpoint(listSurveys, { query: { status: 'open', limit: 200 } })
  const [chosen, setChosen] = useState<string | null>(null)
  const [days, setDays] = useState<number | string>(90)
  if (error && !data) return <ErrorState compact error={error} onRetry={() => void refetch()} />
  if (!data) return <Progress label={t('ui.loading')} />
  // An anonymous survey has no personal links.
  const surveys = data.items.filter(survey => survey.anonymity !== 'anonymous')
  if (surveys.length === 0) return <NoSurvey />
  const survey_id = chosen ?? surveys[0]?.id ?? ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void run(survey_id, selection, Number(days))
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('feedback.invite.chosen.explain')}</Text>
        <Select
          label={t('feedback.invite.chosen.survey')}
          data={surveys.map(({ id, name }) => ({ value: id, label: name }))}
          value={survey_id}
          onChange={setChosen}
          allowDeselect={false}
          searchable
          data-autofocus
        />
        <InviteDays value={days} onChange={setDays} />
        {progress !== null && <Progress label={t('feedback.invite.chosen.running')} value={progress} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onLeave}>
            {t(progress === null ? 'ui.cancel' : 'feedback.invite.chosen.stop')}
          </Button>
          <Button type="submit" loading={progress !== null} disabled={typeof days !== 'number'}>
            {t('feedback.invite.submit', { count: selection.count })}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function useInviting(onDone: (survey_id: string, outcome: Invited) => void) {
  const [progress, setProgress] = useState<number | null>(null)
  const abort = useRef<AbortController>(undefined)
  const run = async (survey_id: string, selection: Selection, days: number) => {
    const { signal } = (abort.current = new AbortController())
    setProgress(0)
    try {
      const person_ids = await selection.ids(signal)
      onDone(
        survey_id,
        await inviteChosen({ survey_id, person_ids, days }, { signal, onProgress: setProgress }),
      )
    } catch (error) {
      if (!signal.aborted) showError(error)
    } finally {
      setProgress(null)
      void invalidate([listInvitations])
    }
  }
  return { progress, run, stop: () => abort.current?.abort() }
}

function NoSurvey() {
  return (
    <Stack>
      <Text>{t('feedback.invite.chosen.noSurvey')}</Text>
      <Text>
        <Link to="/surveys">{t('feedback.invite.chosen.toSurveys')}</Link>
      </Text>
    </Stack>
  )
}

interface OutcomeProps {
  survey_id: string
  outcome: Invited
  onClose: () => void
}

function Outcome({ survey_id, outcome, onClose }: OutcomeProps) {
  return (
    <Stack>
      <InvitedTold outcome={outcome} />
      <Group justify="space-between">
        <Link to={`/surveys/${survey_id}?tab=links`}>{t('feedback.invite.chosen.toLinks')}</Link>
        <Group gap="xs">
          <Button
            component="a"
            variant="default"
            href={addressOf(downloadInvitations, {
              params: { id: survey_id },
              query: { language: language() },
            })}
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t('feedback.invite.file')}
          </Button>
          <Button onClick={onClose}>{t('ui.close')}</Button>
        </Group>
      </Group>
    </Stack>
  )
}
