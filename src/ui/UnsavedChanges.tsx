import { Button, Group, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { t } from '../core/web/i18n.ts'
import { Dialog } from './Dialog.tsx'

interface UnsavedChangesProps {
  /** Whether something is on the page that is saved nowhere. */
  when: boolean
  /** Other states of the same page keep it; otherwise tabs and the like ask too. */
  keptOnPage?: boolean
}

/** Asks before something that is not saved is left: by a link, by the way back, by closing or loading anew. */
export function UnsavedChanges({ when, keptOnPage = false }: UnsavedChangesProps) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => !(keptOnPage && next.pathname === current.pathname),
    enableBeforeUnload: when,
    disabled: !when,
    withResolver: true,
  })
  if (status !== 'blocked') return null
  return (
    <Dialog title={t('ui.unsaved.title')} onClose={reset}>
      <Text size="md">{t('ui.unsaved.text')}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={proceed}>
          {t('ui.unsaved.leave')}
        </Button>
        <Button onClick={reset} data-autofocus>
          {t('ui.unsaved.stay')}
        </Button>
      </Group>
    </Dialog>
  )
}
