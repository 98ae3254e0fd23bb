import { Button } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import type { SlotProps } from '../../core/web/area-web.ts'
import { t } from '../../core/web/i18n.ts'
import { useCommands } from '../../ui/palette/commands.ts'

const InviteChosenDialog = lazy(() => import('./InviteChosenDialog.tsx'))

/** What a survey can do with the marked rows of a list of people. */
export default function InviteChosen({ selection }: SlotProps) {
  const [opened, setOpened] = useState(false)
  const open = () => setOpened(true)
  const label = t('feedback.invite.chosen.command', { count: selection.count })
  useCommands([{ id: 'feedback.invite', label, needsSelection: true, run: open }])
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconSend size={15} aria-hidden />}
        onClick={open}
      >
        {t('feedback.invite.chosen.button')}
      </Button>
      {opened && (
        <Suspense fallback={null}>
          <InviteChosenDialog selection={selection} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  )
}
