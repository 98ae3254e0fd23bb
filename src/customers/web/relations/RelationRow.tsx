import { ActionIcon, Menu, Text } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { call } from '../../../core/web/call.ts'
import { dayText } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { Link } from '../../../core/web/navigation.tsx'
import { invalidate, useChange } from '../../../core/web/query.ts'
import { useCan } from '../../../core/web/rights.ts'
import { showUndo } from '../../../ui/toast.tsx'
import { kindAt, relationships } from '../../relations.contract.ts'
import classes from './Relations.module.css'
import { addresses, type Group, periodOf, type Relation, type Side, touched } from './relations.ts'

type Row = Group['rows'][number]

interface RelationRowProps extends Row {
  side: Side
  when: 'now' | 'before'
  onEdit: (relation: Relation) => void
}

export function RelationRow({ relation, other, title, side, when, onEdit }: RelationRowProps) {
  const name = title || t('customers.nameless')
  const period = periodOf(relation)
  return (
    <li className={classes.row}>
      <div className={classes.who}>
        <Link to={`${addresses[kindAt(side.other)]}/${other}`}>{name}</Link>
        {relation.role && (
          <Text size="sm" c="dimmed">
            {relation.role}
          </Text>
        )}
        {relation.note && <Text size="sm">{relation.note}</Text>}
      </div>
      <Text size="sm" c="dimmed" className={classes.period}>
        {period}
      </Text>
      <Actions relation={relation} name={name} canEnd={when === 'now'} onEdit={() => onEdit(relation)} />
    </li>
  )
}

interface ActionsProps {
  relation: Relation
  name: string
  canEnd: boolean
  onEdit: () => void
}

function Actions({ relation, name, canEnd, onEdit }: ActionsProps) {
  const can = useCan()
  const params = { id: relation.id }
  const undone = (message: string, undo: () => Promise<unknown>) =>
    showUndo({
      message,
      undo: async () => {
        await undo()
        await invalidate(touched)
      },
    })
  const end = useChange(relationships.update, {
    invalidates: touched,
    onDone: () =>
      undone(t('customers.relations.ended', { name }), () =>
        call(relationships.update, { params, body: { to_on: relation.to_on ?? null } }),
      ),
  })
  const remove = useChange(relationships.remove, {
    invalidates: touched,
    onDone: () =>
      undone(t('customers.relations.deleted', { name }), () => call(relationships.restore, { params })),
  })
  if (!can('records.write')) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" size="sm" aria-label={t('customers.relations.actions', { name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onEdit}>{t('customers.relations.edit')}</Menu.Item>
        {canEnd && (
          <Menu.Item onClick={() => end.change({ params, body: { to_on: dayText() } })}>
            {t('customers.relations.end')}
          </Menu.Item>
        )}
        {can('records.delete') && (
          <Menu.Item color="var(--rp-bad)" onClick={() => remove.change({ params })}>
            {t('customers.relations.delete')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
