import type { ReactNode } from 'react'
import classes from './NumberTile.module.css'

/** One of the numbers that matter, over a customer's page. */
export function NumberTile({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.tile}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>{children}</dd>
    </div>
  )
}
