import { t } from '../core/web/i18n.ts'
import { Slot } from '../core/web/slots.tsx'
import { Page } from '../ui/Page.tsx'

export default function HomePage() {
  return (
    <Page title={t('web.home.title')}>
      <Slot name="home.card" />
    </Page>
  )
}
