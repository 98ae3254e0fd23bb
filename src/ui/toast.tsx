import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { t } from '../core/web/i18n.ts'
import { errorText } from './errors.ts'

let made = 0

/** Done already, but it can be taken back: that spares the question beforehand. */
export function showUndo({ message, undo }: { message: string; undo: () => unknown }): void {
  const id = `undo-${++made}`
  const takeBack = async () => {
    notifications.hide(id)
    try {
      await undo()
      showDone(t('ui.undo.done'))
    } catch (error) {
      showError(error)
    }
  }
  notifications.show({
    id,
    autoClose: 10_000,
    withBorder: true,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button size="compact-sm" variant="light" onClick={() => void takeBack()}>
          {t('ui.undo.undo')}
        </Button>
      </Group>
    ),
  })
}

export function showDone(message: string): void {
  notifications.show({ message, autoClose: 4000, withBorder: true })
}

export function showError(error: unknown): void {
  notifications.show({
    message: errorText(error),
    color: 'clay',
    autoClose: 12_000,
    withBorder: true,
    role: 'alert',
  })
}
