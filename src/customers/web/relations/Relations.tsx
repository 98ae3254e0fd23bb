import { Button, Group as Row, Stack, Text, Title } from '@mantine/core'
import { IconPlus, IconUsersGroup } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { t } from '../../../core/web/i18n.ts'
import { Link } from '../../../core/web/navigation.tsx'
import { useCan } from '../../../core/web/rights.ts'
import { EmptyState } from '../../../ui/EmptyState.tsx'
import { ErrorState } from '../../../ui/ErrorState.tsx'
import { useCommands } from '../../../ui/palette/commands.ts'
import { RelationDialog } from './RelationDialog.tsx'
import { RelationRow } from './RelationRow.tsx'
import classes from './Relations.module.css'
import { type Group, type Relation, type Subject, useFreshRelations, useRelations } from './relations.ts'

/** Who somebody is to whom: what lasts, by what it is, and below it what is over. */
export function Relations({ subject }: { subject: Subject }) {
  const [editing, setEditing] = useState<Relation | 'new' | null>(null)
  const canWrite = useCan()('records.write')
  const now = useRelations(subject, 'now')
  const before = useRelations(subject, 'before')
  useFreshRelations()
  const add = () => setEditing('new')
  useCommands(
    canWrite
      ? [{ id: 'customers.relation.add', label: t('customers.relations.add'), keys: 'r', run: add }]
      : [],
  )
  const error = now.error ?? before.error
  if (error && now.items.length === 0) return <ErrorState error={error} onRetry={now.refetch} />
  const button = canWrite && (
    <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
      {t('customers.relations.add')}
    </Button>
  )
  const none = !now.is_loading && !before.is_loading && now.items.length === 0 && before.items.length === 0
  const lists = [
    { list: now, when: 'now' as const },
    { list: before, when: 'before' as const },
  ]
  return (
    <Stack gap="md">
      {none ? (
        <None kind={subject.kind} action={button} />
      ) : (
        <>
          <Row justify="space-between">
            {button}
            {subject.kind === 'company' && now.groups.some(group => group.side.type === 'works_at') && (
              <Link to={`/people?filter=${encodeURIComponent(`works_at.company_id = "${subject.id}"`)}`}>
                {t('customers.relations.asList')}
              </Link>
            )}
          </Row>
          {lists.map(({ list, when }) => (
            <Groups key={when} list={list} when={when} onEdit={setEditing} />
          ))}
        </>
      )}
      {editing !== null && (
        <RelationDialog
          subject={subject}
          relation={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Stack>
  )
}

/** A person's stand beside the timeline, where there is no room for more than a line. */
function None({ kind, action }: { kind: Subject['kind']; action: ReactNode }) {
  const text = t(`customers.relations.noneText.${kind}`)
  if (kind === 'company')
    return (
      <EmptyState icon={IconUsersGroup} title={t('customers.relations.none')} action={action}>
        {text}
      </EmptyState>
    )
  return (
    <>
      <Text size="sm" c="dimmed">
        {text}
      </Text>
      <Row>{action}</Row>
    </>
  )
}

interface GroupsProps {
  list: ReturnType<typeof useRelations>
  when: 'now' | 'before'
  onEdit: (relation: Relation) => void
}

function Groups({ list, when, onEdit }: GroupsProps) {
  if (list.groups.length === 0) return null
  return (
    <section aria-label={t(`customers.relations.${when}`)} className={classes[when]}>
      <Stack gap="md">
        {list.groups.map(group => (
          <OneGroup key={group.side.value} group={group} when={when} onEdit={onEdit} />
        ))}
        {list.has_more && (
          <Row>
            <Button variant="default" size="xs" loading={list.is_loading_more} onClick={list.more}>
              {t('customers.more')}
            </Button>
          </Row>
        )}
      </Stack>
    </section>
  )
}

function OneGroup({ group, when, onEdit }: { group: Group } & Pick<GroupsProps, 'when' | 'onEdit'>) {
  const label = when === 'now' ? group.side.label : group.side.past
  return (
    <div>
      <Title order={3} size="h6">
        {label}
        {group.rows.length > 1 && (
          <Text span size="sm" c="dimmed" ml={6}>
            {group.rows.length}
          </Text>
        )}
      </Title>
      <ul className={classes.list}>
        {group.rows.map(row => (
          <RelationRow key={row.relation.id} {...row} side={group.side} when={when} onEdit={onEdit} />
        ))}
      </ul>
    </div>
  )
}
