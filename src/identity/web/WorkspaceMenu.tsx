import { Menu, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconPlus, IconSettings } from '@tabler/icons-react'
import type { SlotProps } from '../../core/web/area-web.ts'
import { t } from '../../core/web/i18n.ts'
import { useGo } from '../../core/web/navigation.tsx'
import { useCan } from '../../core/web/rights.ts'
import { useCommands } from '../../ui/palette/commands.ts'
import { ChosenItem } from './ChosenItem.tsx'
import classes from './Menus.module.css'
import { useSession } from './session.ts'
import { switchLabel, useSwitch } from './use-switch.ts'

export default function WorkspaceMenu({ collapsed }: SlotProps) {
  const { workspace, workspaces } = useSession()
  const switchTo = useSwitch()
  const go = useGo()
  const can = useCan()
  const others = workspaces.filter(one => one.id !== workspace?.id)
  useCommands(
    others.map(one => ({
      id: `switch ${one.id}`,
      label: switchLabel(one.name),
      group: t('identity.workspace.group'),
      run: () => switchTo(one.id),
    })),
  )
  const name = workspace?.name ?? ''
  if (collapsed) return null
  return (
    <Menu position="bottom-start" width="14rem">
      <Menu.Target>
        <UnstyledButton className={classes.target} aria-label={t('identity.workspace.menu', { name })}>
          <span className={classes.name} title={name}>
            {name}
          </span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('identity.workspace.group')}</Menu.Label>
        {workspaces.map(one => (
          <ChosenItem key={one.id} chosen={one.id === workspace?.id} onChoose={() => switchTo(one.id)}>
            {one.name}
          </ChosenItem>
        ))}
        <Menu.Divider />
        {can('workspace.manage') && (
          <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => go('/settings/workspace')}>
            {t('identity.workspace.settings')}
          </Menu.Item>
        )}
        {can('installation.manage') && (
          <Menu.Item leftSection={<IconPlus size={16} />} onClick={() => go('/workspaces/new')}>
            {t('identity.workspace.new')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
