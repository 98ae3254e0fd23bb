import {
  ActionIcon,
  Button,
  Card,
  CopyButton,
  Group,
  Stack,
  Text,
  TextInput,
  Title,
  Tooltip,
} from '@mantine/core'
import { IconCheck, IconCopy, IconDownload, IconLink } from '@tabler/icons-react'
import { useState } from 'react'
import { addressOf, type Reply } from '../../core/endpoint.ts'
import { t } from '../../core/web/i18n.ts'
import { language } from '../../core/web/language.ts'
import { Link } from '../../core/web/navigation.tsx'
import { useInfinite } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { DataTable } from '../../ui/table/DataTable.tsx'
import { NoValue, RelativeTime } from '../../ui/values.tsx'
import { downloadInvitations, listInvitations, type Survey } from '../surveys.contract.ts'
import classes from './AnswersTable.module.css'
import { InviteDialog } from './InviteDialog.tsx'
import { isEmpty } from './is-empty.ts'

type Invitation = Reply<typeof listInvitations>['items'][number]

export function SurveyLinks({ survey }: { survey: Survey }) {
  return (
    <Stack gap="xl">
      <Card withBorder padding="lg">
        <Title order={2} size="h4">
          {t('feedback.survey.openLink')}
        </Title>
        <Text c="dimmed" size="sm" mb="sm">
          {t('feedback.survey.openLinkText')}
        </Text>
        <Group gap="sm" wrap="nowrap" align="end">
          <TextInput
            flex={1}
            aria-label={t('feedback.survey.openLink')}
            value={survey.link}
            readOnly
            onFocus={event => event.currentTarget.select()}
          />
          <CopyButton value={survey.link}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                onClick={copy}
                leftSection={
                  copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
                }
              >
                {t(copied ? 'feedback.survey.copied' : 'feedback.survey.copy')}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Card>
      <PersonalLinks survey={survey} />
    </Stack>
  )
}

function PersonalLinks({ survey }: { survey: Survey }) {
  const can = useCan()
  const [inviting, setInviting] = useState(false)
  const anonymous = survey.anonymity === 'anonymous'
  const text = anonymous
    ? 'personalNone'
    : survey.anonymity === 'confidential'
      ? 'personalConfidential'
      : 'personalText'
  const may = can('surveys.manage') && !anonymous
  return (
    <section>
      <Group justify="space-between" align="start" mb="sm">
        <div>
          <Title order={2} size="h4">
            {t('feedback.survey.personalTitle')}
          </Title>
          <Text c="dimmed" size="sm">
            {t(`feedback.survey.${text}`)}
          </Text>
        </div>
        {may && (
          <Group gap="sm">
            <Button
              component="a"
              variant="default"
              href={addressOf(downloadInvitations, {
                params: { id: survey.id },
                query: { language: language() },
              })}
              leftSection={<IconDownload size={16} aria-hidden />}
            >
              {t('feedback.invite.file')}
            </Button>
            <Button disabled={survey.status !== 'open'} onClick={() => setInviting(true)}>
              {t('feedback.survey.invite')}
            </Button>
          </Group>
        )}
      </Group>
      {may && survey.status !== 'open' && (
        <Text size="sm" mb="sm">
          {t('feedback.survey.notYet')}
        </Text>
      )}
      {may && <Invitations survey={survey} />}
      <InviteDialog surveyId={survey.id} opened={inviting} onClose={() => setInviting(false)} />
    </section>
  )
}

function Invitations({ survey }: { survey: Survey }) {
  const links = useInfinite(listInvitations, { params: { id: survey.id } })
  const when = (label: string, pick: (one: Invitation) => string | null) => ({
    id: label,
    label: t(`feedback.invite.${label}`),
    width: 130,
    render: (one: Invitation) => <RelativeTime at={pick(one)} />,
  })
  if (isEmpty(links))
    return (
      <EmptyState icon={IconLink} title={t('feedback.invite.emptyTitle')}>
        {t('feedback.invite.emptyText')}
      </EmptyState>
    )
  return (
    <div className={classes.rows}>
      <DataTable<Invitation>
        label={t('feedback.invite.list')}
        rows={links.items}
        rowId={one => one.id}
        rowLabel={one => one.person.name ?? t('feedback.answers.unknown')}
        columns={[
          {
            id: 'person',
            label: t('feedback.invite.person'),
            width: 260,
            main: true,
            render: one => (
              <Link to={`/people/${one.person.id}`}>{one.person.name ?? t('feedback.answers.unknown')}</Link>
            ),
          },
          {
            id: 'link',
            label: t('feedback.invite.link'),
            width: 130,
            render: one => <CopyLink invitation={one} />,
          },
          when('created', one => one.created_at),
          ...(survey.anonymity === 'identified'
            ? [when('opened', one => one.opened_at), when('answered', one => one.completed_at)]
            : []),
        ]}
        hasMore={links.has_more}
        loading={links.is_loading}
        onMore={links.more}
        error={links.error}
        onRetry={links.refetch}
      />
    </div>
  )
}

function CopyLink({ invitation: { link, person } }: { invitation: Invitation }) {
  if (link === null) return <NoValue />
  const copyFor = t('feedback.invite.copyFor', { name: person.name ?? t('feedback.answers.unknown') })
  const label = (copied: boolean) => (copied ? t('feedback.survey.copied') : copyFor)
  return (
    <CopyButton value={link}>
      {({ copied, copy }) => (
        <Tooltip label={label(copied)}>
          <ActionIcon variant="subtle" color="gray" aria-label={label(copied)} onClick={copy}>
            {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  )
}
