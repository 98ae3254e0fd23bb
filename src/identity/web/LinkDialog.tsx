import { Modal } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { ShownOnce } from './ShownOnce.tsx'

interface LinkDialogProps {
  link: { path: string; name: string } | null
  onClose: () => void
}

export function LinkDialog({ link, onClose }: LinkDialogProps) {
  return (
    <Modal
      opened={link !== null}
      onClose={onClose}
      title={t('identity.member.linkTitle', { name: link?.name ?? '' })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <ShownOnce
        text={t('identity.member.linkText')}
        label={t('identity.member.link')}
        secret={`${location.origin}${link?.path ?? ''}`}
      />
    </Modal>
  )
}
