import { Badge, Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useCan } from '../../core/web/rights.ts'
import { mayGrant, type Role } from '../rights.contract.ts'
import { useSession } from './session.ts'

interface RoleMenuProps {
  role: Role
  /** What a screen reader calls the button: whose it is, and the role. */
  labelOf: (role: string) => string
  children: ReactNode
}

/** Somebody's role, and behind it what can be done with them; only the role for who may not. */
export function RoleMenu({ role, labelOf, children }: RoleMenuProps) {
  const { role: own } = useSession()
  const manages = useCan()('members.manage')
  const label = t(`identity.role.${role}`)
  if (!manages || !mayGrant(own ?? '', role)) return <Badge color="gray">{label}</Badge>
  return (
    <Menu width="15rem">
      <Menu.Target>
        <Button
          variant="default"
          size="compact-sm"
          rightSection={<IconChevronDown size={12} aria-hidden />}
          aria-label={labelOf(label)}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}
