import { ApiError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useCan } from '../../core/web/rights.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { getFinding } from '../findings.contract.ts'
import { Findings } from './Findings.tsx'

export default function FoundPage() {
  const can = useCan()
  const title = t('data.found.title')
  // Said once, not by each finding.
  if (!can(getFinding.permission))
    return (
      <Page title={title}>
        <ErrorState error={new ApiError({ status: 403, code: 'forbidden' })} />
      </Page>
    )
  return (
    <Page
      title={title}
      subtitle={t('data.found.subtitle')}
      breadcrumbs={[{ label: t('data.list.title'), to: '/imports' }, { label: title }]}
    >
      <Findings />
    </Page>
  )
}
