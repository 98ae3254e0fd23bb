import { Badge, Group } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import type { Import } from '../imports.contract.ts'

const strong = new Set(['failed', 'running', 'pausing', 'cancelling', 'undoing', 'undo_failed'])

export function StatusBadge({ of: { status, dry_run } }: { of: Pick<Import, 'status' | 'dry_run'> }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Badge
        variant={strong.has(status) ? 'filled' : 'light'}
        {...(status === 'failed' || status === 'undo_failed' ? { color: 'clay' } : {})}
      >
        {t(`data.status.${status}`)}
      </Badge>
      {dry_run && <Badge variant="default">{t('data.trial')}</Badge>}
    </Group>
  )
}
