import { Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { IconChevronRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { t } from '../core/web/i18n.ts'
import { Link } from '../core/web/navigation.tsx'
import classes from './Page.module.css'

interface PageProps {
  title: string
  subtitle?: ReactNode
  /** Beside the title: a badge. */
  beside?: ReactNode
  actions?: ReactNode
  breadcrumbs?: readonly { label: string; to?: string }[]
  /** `full`: the content fills the window and scrolls by itself (tables). `narrow`: to read and to fill in. */
  layout?: 'narrow' | 'normal' | 'full'
  children: ReactNode
}

export function Page({
  title,
  subtitle,
  beside,
  actions,
  breadcrumbs,
  layout = 'normal',
  children,
}: PageProps) {
  useDocumentTitle(`${title} · Rapport`)
  return (
    <div className={classes.page} data-layout={layout}>
      {breadcrumbs && breadcrumbs.length > 0 && <Breadcrumbs items={breadcrumbs} />}
      <div className={classes.head}>
        <div className={classes.titles}>
          <div className={classes.titleRow}>
            <Title order={1} className={classes.title}>
              {title}
            </Title>
            {beside}
          </div>
          {subtitle !== undefined && <div className={classes.subtitle}>{subtitle}</div>}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      <div className={classes.body}>{children}</div>
    </div>
  )
}

function Breadcrumbs({ items }: { items: readonly { label: string; to?: string }[] }) {
  return (
    <nav aria-label={t('ui.breadcrumbs')}>
      <ol className={classes.crumbs}>
        {items.map((item, index) => (
          <li key={item.label}>
            {index > 0 && <IconChevronRight size={14} aria-hidden />}
            {item.to ? <Link to={item.to}>{item.label}</Link> : <span>{item.label}</span>}
          </li>
        ))}
      </ol>
    </nav>
  )
}
