import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import { t } from '../core/web/i18n.ts'

interface NavDrawerProps {
  opened: boolean
  onClose: () => void
  children: ReactNode
}

/** The whole navigation on a phone; loaded when it is first asked for. */
export default function NavDrawer({ opened, onClose, children }: NavDrawerProps) {
  return (
    <Drawer opened={opened} onClose={onClose} title={t('ui.nav.more')} size="xs" position="right">
      {children}
    </Drawer>
  )
}
