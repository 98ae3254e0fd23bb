import { Menu } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'

interface ChosenItemProps {
  chosen: boolean
  icon?: ReactNode
  onChoose: () => void
  children: ReactNode
}

/** One of several, of which one holds now. */
export function ChosenItem({ chosen, icon, onChoose, children }: ChosenItemProps) {
  return (
    <Menu.Item
      onClick={() => !chosen && onChoose()}
      leftSection={icon}
      {...(chosen ? { rightSection: <IconCheck size={14} aria-hidden />, 'aria-current': true } : {})}
    >
      {children}
    </Menu.Item>
  )
}
