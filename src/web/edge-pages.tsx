import { Button, Center, Loader } from '@mantine/core'
import { IconMapOff } from '@tabler/icons-react'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { ApiError } from '../core/web/api-error.ts'
import { t, tKnown } from '../core/web/i18n.ts'
import { useGo } from '../core/web/navigation.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Page } from '../ui/Page.tsx'
import { reload } from './page-file.ts'

export function NotFoundPage() {
  const go = useGo()
  return (
    <Page title={t('web.notFound.title')}>
      <EmptyState
        icon={IconMapOff}
        title={t('web.notFound.what')}
        action={<Button onClick={() => go('/')}>{t('web.notFound.home')}</Button>}
      >
        {t('web.notFound.text')}
      </EmptyState>
    </Page>
  )
}

/** A page that the role does not reach: nothing of it is asked for. */
export const ForbiddenPage = ({ label }: { label: string }) => (
  <Page title={tKnown(label)}>
    <ErrorState error={new ApiError({ status: 403, code: 'forbidden' })} />
  </Page>
)

/** A page that threw, or whose file is gone because a newer version has been installed. */
export function BrokenPage({ error }: ErrorComponentProps) {
  return (
    <Page title={t('web.broken.title')}>
      <ErrorState error={error} onRetry={() => void reload()} />
    </Page>
  )
}

export function WaitingPage() {
  return (
    <Center mih="12rem">
      <Loader size="sm" aria-label={t('ui.loading')} />
    </Center>
  )
}
