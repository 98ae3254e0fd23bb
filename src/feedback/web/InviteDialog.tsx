import { Button, Group, Modal, MultiSelect, SegmentedControl, Stack } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useChange, useEndpoint } from '../../core/web/query.ts'
import { people } from '../../customers/customers.contract.ts'
import { showDone } from '../../ui/toast.tsx'
import { invitePeople, listInvitations } from '../surveys.contract.ts'
import { InviteByFilter } from './InviteByFilter.tsx'
import { InviteDays } from './InviteDays.tsx'
import { InvitedTold } from './InvitedTold.tsx'
import { type Invited, tally } from './invite-chosen.ts'

interface InviteDialogProps {
  surveyId: string
  opened: boolean
  onClose: () => void
}

export function InviteDialog({ surveyId, opened, onClose }: InviteDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('feedback.invite.title')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <InviteForms surveyId={surveyId} onDone={onClose} />
    </Modal>
  )
}

function InviteForms({ surveyId, onDone }: { surveyId: string; onDone: () => void }) {
  const [how, setHow] = useState('people')
  const [days, setDays] = useState<number | string>(90)
  return (
    <Stack>
      <SegmentedControl
        fullWidth
        aria-label={t('feedback.invite.how')}
        value={how}
        onChange={setHow}
        data={['people', 'filter'].map(value => ({ value, label: t(`feedback.invite.by.${value}`) }))}
      />
      <InviteDays value={days} onChange={setDays} />
      {how === 'people' ? (
        <InviteForm surveyId={surveyId} days={days} onDone={onDone} />
      ) : (
        <InviteByFilter surveyId={surveyId} days={days} onDone={onDone} />
      )}
    </Stack>
  )
}

interface InviteFormProps {
  surveyId: string
  days: number | string
  onDone: () => void
}

function InviteForm({ surveyId, days, onDone }: InviteFormProps) {
  const [outcome, setOutcome] = useState<Invited>()
  const [chosen, setChosen] = useState<string[]>([])
  const [names, setNames] = useState<Record<string, string>>({})
  const [search, setSearch] = useState('')
  const [asked] = useDebouncedValue(search, 200)
  const found = useEndpoint(people.list, { query: { search: asked, limit: 20 } }, { keep: true })
  const invite = useChange(invitePeople, {
    invalidates: [listInvitations],
    onDone: ({ outcomes }) => {
      const told = tally(outcomes, false)
      // Who got no link, and why, is nothing to read while it fades.
      if (told.created < outcomes.length) setOutcome(told)
      else {
        showDone(t('feedback.invite.made', { count: told.created }))
        onDone()
      }
    },
  })
  const options = new Map(chosen.map(id => [id, names[id] ?? id]))
  for (const person of found.data?.items ?? [])
    options.set(
      person.id,
      [person.name, person.email].filter(Boolean).join(' · ') || t('feedback.answers.unknown'),
    )
  const choose = (ids: string[]) => {
    setNames(Object.fromEntries(ids.map(id => [id, options.get(id) ?? id])))
    setChosen(ids)
  }
  if (outcome)
    return (
      <Stack>
        <InvitedTold outcome={outcome} />
        <Group justify="flex-end">
          <Button onClick={onDone}>{t('ui.close')}</Button>
        </Group>
      </Stack>
    )
  return (
    <Stack>
      <MultiSelect
        label={t('feedback.invite.people')}
        placeholder={chosen.length === 0 ? t('feedback.invite.search') : ''}
        data={[...options].map(([value, label]) => ({ value, label }))}
        value={chosen}
        onChange={choose}
        searchable
        searchValue={search}
        onSearchChange={setSearch}
        // The server has searched already, without regard to accents and the form of phone numbers.
        filter={({ options: all }) => all}
        nothingFoundMessage={t('feedback.invite.none')}
        maxValues={1000}
        // The list itself scrolls: a frame around it that takes no focus could not be reached by keyboard.
        withScrollArea={false}
        styles={{ options: { maxHeight: 240, overflowY: 'auto' } }}
        data-autofocus
      />
      <Group justify="flex-end">
        <Button
          loading={invite.pending}
          disabled={chosen.length === 0 || typeof days !== 'number'}
          onClick={() =>
            invite.change({ params: { id: surveyId }, body: { person_ids: chosen, days: Number(days) } })
          }
        >
          {t('feedback.invite.submit', { count: chosen.length })}
        </Button>
      </Group>
    </Stack>
  )
}
