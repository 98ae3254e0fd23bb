import { Button, Group, Text } from '@mantine/core'
import { IconCloudOff, IconLock, IconMoodConfuzed, IconZoomQuestion } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ApiError } from '../core/web/api-error.ts'
import { t } from '../core/web/i18n.ts'
import { EmptyState } from './EmptyState.tsx'
import { errorText } from './errors.ts'

interface ErrorStateProps {
  error: unknown
  onRetry?: () => void
  /** What leads on where asking again would not. */
  action?: ReactNode
  /** One line instead of a page. */
  compact?: boolean
}

/** An address whose id is none names nothing that could be there. */
function read(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.status !== 400) return error
  const isId = error.errors.some(one => one.path === 'id' && one.sentence?.code === 'core.not_uuid')
  return isId ? new ApiError({ status: 404, code: 'not_found' }) : error
}

export function ErrorState({ error: given, onRetry, action, compact = false }: ErrorStateProps) {
  const error = read(given)
  const status = error instanceof ApiError ? error.status : -1
  // What is not there is not there the second time either.
  const retry =
    action ??
    (onRetry && status !== 404 && status !== 403 && (
      <Button variant="default" size="xs" onClick={onRetry}>
        {t('ui.error.retry')}
      </Button>
    ))
  if (compact) {
    return (
      <Group justify="space-between" gap="sm">
        <Text size="sm">{errorText(error)}</Text>
        {retry}
      </Group>
    )
  }
  const request = error instanceof ApiError && status >= 500 ? error.request_id : undefined
  return (
    <div role="alert">
      <EmptyState icon={iconOf(error)} title={titleOf(error)} action={retry}>
        {errorText(error)}
        {request && (
          <Text size="xs" mt="xs">
            {t('ui.error.request', { id: request })}
          </Text>
        )}
      </EmptyState>
    </div>
  )
}

function iconOf(error: unknown) {
  if (!(error instanceof ApiError)) return IconMoodConfuzed
  if (error.status === 0 || error.status >= 500) return IconCloudOff
  if (error.status === 403) return IconLock
  return error.status === 404 ? IconZoomQuestion : IconMoodConfuzed
}

function titleOf(error: unknown): string {
  const status = error instanceof ApiError ? error.status : -1
  if (status === 404) return t('ui.error.notFoundTitle')
  if (status === 403) return t('ui.error.forbiddenTitle')
  if (status === 0) return t('ui.error.unreachableTitle')
  return t('ui.error.title')
}
