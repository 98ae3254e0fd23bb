import { Button, Group, Modal, MultiSelect, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange, useEndpoint } from '../../core/web/query.ts'
import { showDone } from '../../ui/toast.tsx'
import { addMember, listInvitations, listMembers } from '../members.contract.ts'
import type { Role } from '../rights.contract.ts'
import { listTeams } from '../teams.contract.ts'
import { EmailField } from './EmailField.tsx'
import { FormProblem } from './FormProblem.tsx'
import { MailNote } from './Invitations.tsx'
import { RoleSelect } from './RoleSelect.tsx'
import { inTree } from './team-tree.ts'

interface DialogProps {
  opened: boolean
  onClose: () => void
}

export function AddMember({ opened, onClose }: DialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('identity.member.add')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <AddMemberForm onClose={onClose} />
    </Modal>
  )
}

function AddMemberForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('agent')
  const teams = useEndpoint(listTeams).data?.items ?? []
  const [chosen, setChosen] = useState<string[]>([])
  const { change, pending, error } = useChange(addMember, {
    quiet: true,
    invalidates: [listMembers, listInvitations, listTeams],
    onDone: () => {
      showDone(t('identity.member.invited', { name }))
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: { name, email, role, team_ids: chosen } })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('identity.member.name')}
          required
          data-autofocus
          maxLength={120}
          autoComplete="off"
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <EmailField autoComplete="off" value={email} onChange={setEmail} error={fieldError(error, 'email')} />
        <RoleSelect role={role} onChange={setRole} />
        {teams.length > 0 && (
          <MultiSelect
            label={t('identity.team.chosen')}
            searchable
            data={inTree(teams).map(one => ({ value: one.id, label: [...one.above, one.name].join(' / ') }))}
            value={chosen}
            onChange={setChosen}
          />
        )}
        <MailNote />
        <FormProblem error={error} fields={['email']} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={pending}>
            {t('identity.member.invite')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
