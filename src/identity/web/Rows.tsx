import type { ReactNode } from 'react'
import classes from './Rows.module.css'

interface RowsProps {
  label: string
  children: ReactNode
}

/** A short list to look after: members, keys, browsers. */
export function Rows({ label, children }: RowsProps) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  )
}

interface RowProps {
  main: ReactNode
  more?: ReactNode
  side?: ReactNode
  /** No longer in force. */
  quiet?: boolean
}

export function Row({ main, more, side, quiet = false }: RowProps) {
  return (
    <li className={classes.row} data-quiet={quiet || undefined}>
      <div className={classes.what}>
        <div className={classes.main}>{main}</div>
        {more !== undefined && <div className={classes.more}>{more}</div>}
      </div>
      {side !== undefined && <div className={classes.side}>{side}</div>}
    </li>
  )
}
