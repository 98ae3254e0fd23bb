import type { ReactNode } from 'react'
import { Link } from '../../core/web/navigation.tsx'
import classes from './NumberTile.module.css'

interface NumberTileProps {
  label: string
  /** Where its rows are. */
  to?: string
  children: ReactNode
}

/** One of the numbers that matter, over a customer's page. */
export function NumberTile({ label, to, children }: NumberTileProps) {
  return (
    <div className={classes.tile}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>
        {to === undefined ? (
          children
        ) : (
          <Link to={to} className={classes.link}>
            {children}
          </Link>
        )}
      </dd>
    </div>
  )
}
