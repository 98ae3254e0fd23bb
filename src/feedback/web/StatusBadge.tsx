import { Badge } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import type { Survey } from '../surveys.contract.ts'

const colors = { draft: 'gray', open: 'teal', closed: 'gray' } as const

export function StatusBadge({ status }: { status: Survey['status'] }) {
  return (
    <Badge variant={status === 'open' ? 'light' : 'default'} color={colors[status]} tt="none">
      {t(`feedback.status.${status}`)}
    </Badge>
  )
}
