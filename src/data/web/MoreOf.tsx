import { Button } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'

interface MoreOfProps {
  list: {
    error: unknown
    has_more: boolean
    is_loading_more: boolean
    more: () => void
    refetch: () => void
  }
}

/** Below a list that comes page by page: the next page, or why there is none. */
export function MoreOf({ list }: MoreOfProps) {
  if (list.error) return <ErrorState error={list.error} onRetry={list.refetch} compact />
  if (!list.has_more) return null
  return (
    <Button variant="default" size="xs" w="fit-content" onClick={list.more} loading={list.is_loading_more}>
      {t('data.undo.more')}
    </Button>
  )
}
