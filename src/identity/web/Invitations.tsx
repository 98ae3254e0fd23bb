import { Badge, Button, Menu, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange, useEndpoint, useInfinite } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/toast.tsx'
import { RelativeTime } from '../../ui/values.tsx'
import { getMail } from '../mail.contract.ts'
import {
  listInvitations,
  listMembers,
  resendInvitation,
  revokeInvitation,
  showInvitationLink,
} from '../members.contract.ts'
import { LinkDialog } from './LinkDialog.tsx'
import { RoleMenu } from './RoleMenu.tsx'
import { Row, Rows } from './Rows.tsx'
import { Section } from './Section.tsx'

type Invitation = Reply<typeof listInvitations>['items'][number]

/** Says where messages go when there is no mail server. Only those are told who may manage members. */
export function MailNote() {
  const { data } = useEndpoint(getMail)
  if (!data?.folder) return null
  return (
    <Text size="sm" c="dimmed">
      {t('identity.mail.noServer', { folder: data.folder })}
    </Text>
  )
}

/** Who was asked and has not come yet. */
export function Invitations() {
  const invitations = useInfinite(listInvitations)
  const isWaiting = invitations.items.some(one => one.mail?.state === 'waiting')
  const { refetch } = invitations
  useEffect(() => {
    const timer = isWaiting ? setInterval(refetch, 2000) : undefined
    return () => clearInterval(timer)
  }, [isWaiting, refetch])
  const [link, setLink] = useState<{ path: string; name: string } | null>(null)
  if (invitations.error) return <ErrorState error={invitations.error} onRetry={refetch} compact />
  if (invitations.items.length === 0) return null
  return (
    <Section title={t('identity.invitation.title')} text={t('identity.invitation.text')}>
      <MailNote />
      <Rows label={t('identity.invitation.title')}>
        {invitations.items.map(one => (
          <InvitationRow key={one.id} invitation={one} onLink={setLink} />
        ))}
      </Rows>
      {invitations.has_more && (
        <Button variant="default" loading={invitations.is_loading_more} onClick={invitations.more}>
          {t('identity.more')}
        </Button>
      )}
      <LinkDialog link={link} onClose={() => setLink(null)} />
    </Section>
  )
}

interface InvitationRowProps {
  invitation: Invitation
  onLink: (link: { path: string; name: string }) => void
}

function InvitationRow({ invitation, onLink }: InvitationRowProps) {
  return (
    <Row
      main={invitation.name}
      more={
        <>
          {invitation.email} · <MailProgress invitation={invitation} />
        </>
      }
      side={
        <>
          {invitation.mail?.state === 'failed' && (
            <Badge color="clay">{t('identity.invitation.notSent')}</Badge>
          )}
          {invitation.expired && <Badge color="gray">{t('identity.invitation.expired')}</Badge>}
          <InvitationMenu invitation={invitation} onLink={onLink} />
        </>
      }
    />
  )
}

function MailProgress({ invitation: { mail, expires_at, expired } }: { invitation: Invitation }) {
  if (mail === null) return <>{t('identity.mail.none')}</>
  const reason = mail.reason === null ? '' : t(`identity.mail.reason.${mail.reason}`)
  if (mail.state === 'failed') return <>{t('identity.mail.failed', { reason })}</>
  if (mail.state === 'waiting')
    return <>{reason === '' ? t('identity.mail.waiting') : t('identity.mail.again', { reason })}</>
  return (
    <>
      {mail.state === 'sent' ? t('identity.mail.sent') : t('identity.mail.filed')}{' '}
      <RelativeTime at={mail.at} />
      {expires_at !== null && !expired && (
        <>
          , {t('identity.invitation.until')} <RelativeTime at={expires_at} />
        </>
      )}
    </>
  )
}

function InvitationMenu({ invitation, onLink }: InvitationRowProps) {
  const can = useCan()
  const { id, name } = invitation
  const invalidates = [listInvitations, listMembers]
  const resend = useChange(resendInvitation, {
    invalidates,
    onDone: () => showDone(t('identity.invitation.resent')),
  })
  const revoke = useChange(revokeInvitation, {
    invalidates,
    onDone: () => showDone(t('identity.invitation.revoked')),
  })
  const show = useChange(showInvitationLink, {
    invalidates,
    onDone: ({ path }) => onLink({ path, name }),
  })
  const params = { id }
  return (
    <RoleMenu role={invitation.role} labelOf={role => t('identity.invitation.menu', { name, role })}>
      <Menu.Item onClick={() => resend.change({ params })}>{t('identity.invitation.resend')}</Menu.Item>
      {can('installation.manage') && (
        <Menu.Item onClick={() => show.change({ params })}>{t('identity.invitation.showLink')}</Menu.Item>
      )}
      <Menu.Item color="var(--rp-bad)" onClick={() => revoke.change({ params })}>
        {t('identity.invitation.revoke')}
      </Menu.Item>
    </RoleMenu>
  )
}
