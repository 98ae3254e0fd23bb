import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconBinaryTree2, IconDots, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useChange, useEndpoint } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { useCommands } from '../../ui/palette/commands.ts'
import { showDone } from '../../ui/toast.tsx'
import { deleteTeam, listTeams } from '../teams.contract.ts'
import { Row, Rows } from './Rows.tsx'
import { TeamDialog } from './TeamDialog.tsx'
import classes from './TeamsPage.module.css'
import { inTree, type Team, type TreeTeam } from './team-tree.ts'
import { useEveryMember } from './use-every-member.ts'

/** The organisation as a tree: whose records a role reaches that sees those of the team. */
export default function TeamsPage() {
  const { data, error, refetch, isPending } = useEndpoint(listTeams)
  const [edited, setEdited] = useState<Team | 'new' | null>(null)
  const [going, setGoing] = useState<Team | null>(null)
  const manages = useCan()('members.manage')
  const add = () => setEdited('new')
  useCommands(
    manages
      ? [
          {
            id: 'team add',
            label: t('identity.team.add'),
            group: t('identity.team.title'),
            keys: 'n',
            run: add,
          },
        ]
      : [],
  )
  const teams = data?.items ?? []
  const button = manages && (
    <Button leftSection={<IconPlus size={16} />} onClick={add}>
      {t('identity.team.add')}
    </Button>
  )
  return (
    <Page
      title={t('identity.team.title')}
      subtitle={t('identity.team.subtitle')}
      layout="narrow"
      actions={teams.length > 0 && button}
    >
      {error && <ErrorState error={error} onRetry={() => void refetch()} compact />}
      {!error && !isPending && teams.length === 0 && (
        <EmptyState icon={IconBinaryTree2} title={t('identity.team.emptyTitle')} action={button}>
          {t('identity.team.empty')}
        </EmptyState>
      )}
      <TeamRows teams={teams} manages={manages} onEdit={setEdited} onDelete={setGoing} />
      <TeamDialog edited={edited} teams={teams} onClose={() => setEdited(null)} />
      <DeleteTeam team={going} onClose={() => setGoing(null)} />
    </Page>
  )
}

interface TeamRowsProps {
  teams: readonly Team[]
  manages: boolean
  onEdit: (team: Team) => void
  onDelete: (team: Team) => void
}

function TeamRows({ teams, manages, onEdit, onDelete }: TeamRowsProps) {
  const { members } = useEveryMember()
  const names = new Map(members.map(member => [member.id, member.name]))
  const people = (team: Team) =>
    team.member_ids.length === 0
      ? t('identity.team.nobody')
      : team.member_ids.map(id => names.get(id) ?? t('identity.team.invited')).join(', ')
  if (teams.length === 0) return null
  return (
    <Rows label={t('identity.team.title')}>
      {inTree(teams).map(team => (
        <Row
          key={team.id}
          main={<TeamName team={team} />}
          more={people(team)}
          side={
            manages && (
              <Menu width="12rem">
                <Menu.Target>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t('identity.team.menu', { name: team.name })}
                  >
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => onEdit(team)}>{t('identity.team.edit')}</Menu.Item>
                  <Menu.Item color="var(--rp-bad)" onClick={() => onDelete(team)}>
                    {t('identity.team.delete')}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )
          }
        />
      ))}
    </Rows>
  )
}

/** What stands above is said in words too: an indent alone is not heard. */
function TeamName({ team }: { team: TreeTeam }) {
  return (
    <>
      {team.above.map(name => (
        <span key={name} className={classes.above}>
          {name} /{' '}
        </span>
      ))}
      {team.name}
    </>
  )
}

function DeleteTeam({ team, onClose }: { team: Team | null; onClose: () => void }) {
  const { change, pending } = useChange(deleteTeam, {
    invalidates: [listTeams],
    onDone: () => {
      showDone(t('identity.team.deleted'))
      onClose()
    },
  })
  return (
    <ConfirmDialog
      opened={team !== null}
      title={t('identity.team.deleteTitle', { name: team?.name ?? '' })}
      confirmLabel={t('identity.team.delete')}
      danger
      pending={pending}
      onConfirm={() => team && change({ params: { id: team.id } })}
      onClose={onClose}
    >
      {t('identity.team.deleteText')}
    </ConfirmDialog>
  )
}
