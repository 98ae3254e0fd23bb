import { Button, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { t } from '../core/web/i18n.ts'
import { Dialog } from './Dialog.tsx'

interface ConfirmDialogProps {
  opened: boolean
  title: string
  children?: ReactNode
  confirmLabel: string
  danger?: boolean
  pending?: boolean
  onConfirm: () => void
  onClose: () => void
}

/** Only for what cannot be undone or reaches far; everything else is done at once and can be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  if (!props.opened) return null
  return (
    <Dialog onClose={props.onClose} title={props.title}>
      {props.children !== undefined && (
        <Text component="div" size="md">
          {props.children}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={props.onClose}>
          {t('ui.cancel')}
        </Button>
        <Button
          {...(props.danger ? { color: 'clay' } : {})}
          loading={props.pending ?? false}
          onClick={props.onConfirm}
          data-autofocus
        >
          {props.confirmLabel}
        </Button>
      </Group>
    </Dialog>
  )
}
