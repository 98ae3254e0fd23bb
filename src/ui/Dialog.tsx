import { Alert, Button, Group, Modal, type ModalProps, Stack } from '@mantine/core'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { t } from '../core/web/i18n.ts'
import { errorText } from './errors.ts'

interface DialogProps extends Pick<ModalProps, 'size' | 'closeOnClickOutside' | 'closeOnEscape'> {
  title: string
  onClose: () => void
  children: ReactNode
}

/** A dialog that is there only while it is open. Mantine gives the focus back only where one is closed but stays. */
export function Dialog(props: DialogProps) {
  useFocusBack()
  return <Modal opened {...props} />
}

interface FormDialogProps extends DialogProps {
  submitLabel: string
  onSubmit: () => void
  pending: boolean
  /** False while something is missing. */
  complete?: boolean
  /** What was wrong with the whole; what is wrong with one field stands at the field. */
  error?: unknown
}

/** A dialog with a form: Enter sends it, Esc leaves it. */
export function FormDialog(props: FormDialogProps) {
  const { submitLabel, onSubmit, pending, complete = true, error, children, ...dialog } = props
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <Dialog {...dialog}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {children}
          {Boolean(error) && (
            <Alert color="clay" role="alert">
              {errorText(error)}
            </Alert>
          )}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={dialog.onClose}>
              {t('ui.cancel')}
            </Button>
            <Button type="submit" loading={pending} disabled={!complete}>
              {submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

/** From an entry of a menu it was the menu's button: the entry is gone by then. */
function opener(): Element | null {
  const active = document.activeElement
  const button = active?.closest('[role=menu]')?.getAttribute('aria-labelledby')
  return button ? document.getElementById(button) : active
}

function useFocusBack(): void {
  const [from] = useState(opener)
  const timer = useRef(0)
  useEffect(() => {
    clearTimeout(timer.current)
    return () => {
      timer.current = window.setTimeout(() => {
        // Whoever has gone on elsewhere is not called back.
        const isLost = document.activeElement === null || document.activeElement === document.body
        if (isLost && from instanceof HTMLElement && from.isConnected) from.focus({ preventScroll: true })
      }, 20)
    }
  }, [from])
}
