import { Select } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { isRole, mayGrant, type Role, roles } from '../rights.contract.ts'
import { useSession } from './session.ts'

interface RoleSelectProps {
  role: Role
  onChange: (role: Role) => void
}

/** The roles one may give, each with what it may do. */
export function RoleSelect({ role, onChange }: RoleSelectProps) {
  const own = useSession().role ?? ''
  return (
    <Select
      label={t('identity.member.role')}
      description={t(`identity.roleText.${role}`)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      allowDeselect={false}
      data={roles
        .filter(one => mayGrant(own, one))
        .map(value => ({ value, label: t(`identity.role.${value}`) }))}
      value={role}
      onChange={next => next && isRole(next) && onChange(next)}
    />
  )
}
