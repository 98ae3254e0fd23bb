import { Button, Group, Modal, MultiSelect, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
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
  return (
    <Modal
      opened={edited !== null}
      onClose={onClose}
      title={edited === 'new' || edited === null ? t('identity.team.add') : edited.name}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      {edited !== null && (
        <TeamForm team={edited === 'new' ? undefined : edited} teams={teams} onClose={onClose} />
      )}
    </Modal>
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
          data={members.map(one => ({ value: one.id, label: `${one.name} (${one.email})` }))}
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
