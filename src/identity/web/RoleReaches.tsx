import { Badge, Select, SimpleGrid } from '@mantine/core'
import type { Reply } from '../../core/endpoint.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange, useEndpoint } from '../../core/web/query.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/toast.tsx'
import { adjustableRoles, type Reach, type Scope, scopes } from '../rights.contract.ts'
import { getSession } from '../session.contract.ts'
import { listRoles, setReach } from '../workspaces.contract.ts'
import { Row, Rows } from './Rows.tsx'
import { Section } from './Section.tsx'

type RoleDescription = Reply<typeof setReach>

const actions = [
  { action: 'read', permission: 'records.read' },
  { action: 'write', permission: 'records.write' },
  { action: 'delete', permission: 'records.delete' },
] as const

/** Which records each role reaches: all, one's own, or none. */
export function RoleReaches() {
  const { data, error, refetch } = useEndpoint(listRoles)
  return (
    <Section title={t('identity.reach.title')} text={t('identity.reach.text')}>
      {error && <ErrorState error={error} onRetry={() => void refetch()} compact />}
      <Rows label={t('identity.reach.title')}>
        {data?.items.map(role => (
          <Row
            key={role.role}
            main={t(`identity.role.${role.role}`)}
            more={t(`identity.roleText.${role.role}`)}
            side={
              role.adjustable ? <ReachFields description={role} /> : <Badge>{t('identity.scope.all')}</Badge>
            }
          />
        ))}
      </Rows>
    </Section>
  )
}

function ReachFields({ description }: { description: RoleDescription }) {
  const { change } = useChange(setReach, {
    invalidates: [listRoles, getSession],
    onDone: () => showDone(t('identity.saved')),
  })
  const role = adjustableRoles.find(one => one === description.role)
  const reach: Reach = description.kinds['*'] ?? { read: 'none', write: 'none', delete: 'none' }
  const set = (action: keyof Reach, scope: Scope) =>
    role && change({ params: { role }, body: { ...reach, [action]: scope } })
  return (
    <SimpleGrid cols={3} spacing="xs" maw="24rem">
      {actions
        .filter(({ permission }) => description.permissions.includes(permission))
        .map(({ action }) => (
          <Select
            key={action}
            size="xs"
            label={t(`identity.reach.${action}`)}
            aria-label={t(`identity.reach.${action}Of`, { role: t(`identity.role.${description.role}`) })}
            allowDeselect={false}
            data={scopes.map(value => ({ value, label: t(`identity.scope.${value}`) }))}
            value={reach[action]}
            onChange={scope => scope && set(action, scope)}
          />
        ))}
    </SimpleGrid>
  )
}
