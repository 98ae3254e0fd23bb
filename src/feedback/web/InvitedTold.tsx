import { List, Text } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import type { Invited } from './invite-chosen.ts'

/** How many links were made, and who got none and why. */
export function InvitedTold({ outcome: { created, unchanged, left_out, stopped } }: { outcome: Invited }) {
  return (
    <div role="status">
      {stopped && <Text>{t('feedback.invite.chosen.stopped')}</Text>}
      <Text>{t('feedback.invite.made', { count: created })}</Text>
      {unchanged > 0 && <Text size="sm">{t('feedback.invite.haveOne', { count: unchanged })}</Text>}
      {left_out.size > 0 && (
        <List size="sm" mt={4}>
          {[...left_out].map(([reason, count]) => (
            <List.Item key={reason}>{t(`feedback.invite.leftOut.${reason}`, { count })}</List.Item>
          ))}
        </List>
      )}
    </div>
  )
}
