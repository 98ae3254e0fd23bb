import { Button, Group, MultiSelect, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { showDone } from '../../ui/toast.tsx'
import { createTeam, listTeams, updateTeam } from '../teams.contract.ts'
import { FormProblem } from './FormProblem.tsx'
import { belowOf, inTree, type Team } from './team-tree.ts'
import { useEveryMember } from './use-every-member.ts'

interface TeamDialogProps {
  edited: Team | 'new' | null
  teams: readonly Team[]
  onClose: () => void
}

export function TeamDialog({ edited, teams, onClose }: TeamDialogProps) {
  if (edited === null) return null
  const team = edited === 'new' ? undefined : edited
  return (
    <Dialog onClose={onClose} title={team?.name ?? t('identity.team.add')}>
      <TeamForm team={team} teams={teams} onClose={onClose} />
    </Dialog>
  )
}

interface TeamFormProps {
  team: Team | undefined
  teams: readonly Team[]
  onClose: () => void
}

function TeamForm({ team, teams, onClose }: TeamFormProps) {
  const { members } = useEveryMember()
  const [name, setName] = useState(team?.name ?? '')
  const [parent, setParent] = useState(team?.parent_id ?? null)
  const [chosen, setChosen] = useState(team?.member_ids ?? [])
  const after = {
    quiet: true,
    invalidates: [listTeams],
    onDone: () => {
      showDone(t('identity.saved'))
      onClose()
    },
  }
  const create = useChange(createTeam, after)
  const update = useChange(updateTeam, after)
  const error = create.error ?? update.error
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const body = { name, parent_id: parent, member_ids: chosen }
    if (team) update.change({ params: { id: team.id }, body })
    else create.change({ body })
  }
  const known = new Set(members.map(one => one.id))
  // While they are being loaded, and who was deleted since: nobody is called by an id.
  const unknown = chosen.filter(id => !known.has(id)).map(value => ({ value, label: '…' }))
  const choices = [
    ...members.map(one => ({ value: one.id, label: `${one.name} (${one.email})` })),
    ...unknown,
  ]
  const barred = team ? belowOf(teams, team.id) : new Set<string>()
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('identity.team.name')}
          required
          data-autofocus
          maxLength={120}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
          error={fieldError(error, 'name')}
        />
        <Select
          label={t('identity.team.parent')}
          description={t('identity.team.parentHint')}
          clearable
          searchable
          data={inTree(teams)
            .filter(one => !barred.has(one.id))
            .map(one => ({ value: one.id, label: [...one.above, one.name].join(' / ') }))}
          value={parent}
          onChange={setParent}
          clearButtonProps={{ 'aria-label': t('identity.team.noParent') }}
        />
        <MultiSelect
          label={t('identity.team.members')}
          searchable
          data={choices}
          value={chosen}
          onChange={setChosen}
        />
        <FormProblem error={error} fields={['name']} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={create.pending || update.pending}>
            {t('identity.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
