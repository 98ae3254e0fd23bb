import { Badge, Button, Menu } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange, useInfinite } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { useCommands } from '../../ui/palette/commands.ts'
import { showDone } from '../../ui/toast.tsx'
import {
  type addMember,
  listMembers,
  resetPassword,
  resetSecondFactor,
  updateMember,
} from '../members.contract.ts'
import { mayGrant, roles } from '../rights.contract.ts'
import { getSession } from '../session.contract.ts'
import { AddMember } from './AddMember.tsx'
import { ChosenItem } from './ChosenItem.tsx'
import { Invitations } from './Invitations.tsx'
import { LinkDialog } from './LinkDialog.tsx'
import { RoleMenu } from './RoleMenu.tsx'
import { Row, Rows } from './Rows.tsx'
import { useSession } from './session.ts'

type Member = Reply<typeof addMember>
interface OpenLink {
  path: string
  name: string
}

export default function MembersPage() {
  const members = useInfinite(listMembers)
  const [adding, setAdding] = useState(false)
  const [link, setLink] = useState<OpenLink | null>(null)
  const manages = useCan()('members.manage')
  // Whoever manages members sees the invited ones above, with what became of their message.
  const joined = manages ? members.items.filter(one => one.state !== 'invited') : members.items
  const add = () => setAdding(true)
  useCommands(
    manages
      ? [
          {
            id: 'member add',
            label: t('identity.member.add'),
            group: t('identity.member.title'),
            keys: 'n',
            run: add,
          },
        ]
      : [],
  )
  return (
    <Page
      title={t('identity.member.title')}
      subtitle={t('identity.member.subtitle')}
      layout="narrow"
      actions={
        manages && (
          <Button leftSection={<IconUserPlus size={16} />} onClick={add}>
            {t('identity.member.add')}
          </Button>
        )
      }
    >
      {members.error && <ErrorState error={members.error} onRetry={members.refetch} compact />}
      {manages && <Invitations />}
      <Rows label={t('identity.member.title')}>
        {joined.map(member => (
          <MemberRow key={member.id} member={member} onLink={setLink} />
        ))}
      </Rows>
      {members.has_more && (
        <Button mt="md" variant="default" loading={members.is_loading_more} onClick={members.more}>
          {t('identity.more')}
        </Button>
      )}
      <AddMember opened={adding} onClose={() => setAdding(false)} />
      <LinkDialog link={link} onClose={() => setLink(null)} />
    </Page>
  )
}

const colors = { invited: 'amber', active: 'pine', disabled: 'gray' } as const

function MemberRow({ member, onLink }: { member: Member; onLink: (link: OpenLink) => void }) {
  const { member_id } = useSession()
  return (
    <Row
      quiet={member.state === 'disabled'}
      main={member.id === member_id ? t('identity.member.you', { name: member.name }) : member.name}
      more={member.email}
      side={
        <>
          {member.state !== 'active' && (
            <Badge color={colors[member.state]}>{t(`identity.member.state.${member.state}`)}</Badge>
          )}
          <MemberMenu member={member} onLink={onLink} />
        </>
      }
    />
  )
}

function MemberMenu({ member, onLink }: { member: Member; onLink: (link: OpenLink) => void }) {
  const { role, member_id } = useSession()
  const can = useCan()
  const { change } = useChange(updateMember, {
    // Who changes his own role may do other things from then on.
    invalidates: member.id === member_id ? [listMembers, getSession] : [listMembers],
    onDone: () => showDone(t('identity.saved')),
  })
  const open = { onDone: ({ path }: { path: string }) => onLink({ path, name: member.name }) }
  const reset = useChange(resetPassword, open)
  const resetFactor = useChange(resetSecondFactor, {
    onDone: () => showDone(t('identity.factor.resetDone', { name: member.name })),
  })
  const params = { id: member.id }
  return (
    <RoleMenu
      role={member.role}
      labelOf={role_name => t('identity.member.menu', { name: member.name, role: role_name })}
    >
      <Menu.Label>{t('identity.member.role')}</Menu.Label>
      {roles
        .filter(one => mayGrant(role ?? '', one))
        .map(one => (
          <ChosenItem
            key={one}
            chosen={one === member.role}
            onChoose={() => change({ params, body: { role: one } })}
          >
            {t(`identity.role.${one}`)}
          </ChosenItem>
        ))}
      <Menu.Divider />
      {member.state === 'active' && can('installation.manage') && (
        <Menu.Item onClick={() => reset.change({ params })}>{t('identity.member.resetPassword')}</Menu.Item>
      )}
      {member.state === 'active' && can('installation.manage') && (
        <Menu.Item onClick={() => resetFactor.change({ params })}>{t('identity.factor.reset')}</Menu.Item>
      )}
      {member.id !== member_id && (
        <Menu.Item
          {...(member.state === 'disabled' ? {} : { color: 'var(--rp-bad)' })}
          onClick={() => change({ params, body: { disabled: member.state !== 'disabled' } })}
        >
          {member.state === 'disabled' ? t('identity.member.enable') : t('identity.member.disable')}
        </Menu.Item>
      )}
    </RoleMenu>
  )
}
