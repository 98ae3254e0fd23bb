import { t } from '../../core/web/i18n.ts'
import { Page } from '../../ui/Page.tsx'
import { Findings } from './Findings.tsx'

export default function FoundPage() {
  return (
    <Page
      title={t('data.found.title')}
      subtitle={t('data.found.subtitle')}
      breadcrumbs={[{ label: t('data.list.title'), to: '/imports' }, { label: t('data.found.title') }]}
    >
      <Findings />
    </Page>
  )
}
