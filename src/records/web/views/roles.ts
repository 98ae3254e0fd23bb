import { t } from '../../../core/web/i18n.ts'
import { useEndpoint } from '../../../core/web/query.ts'
import { useCan } from '../../../core/web/rights.ts'
import { listRoles } from '../../../identity/workspaces.contract.ts'

/** The roles of the workspace, to be chosen from. */
export function useRoles(): { value: string; label: string }[] {
  const can = useCan()
  const { data } = useEndpoint(listRoles, {}, { enabled: can('workspace.read') })
  return (data?.items ?? []).map(({ role }) => ({ value: role, label: t(`identity.role.${role}`) }))
}
