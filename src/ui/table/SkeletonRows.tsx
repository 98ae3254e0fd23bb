import type { Column } from './columns.ts'
import classes from './DataTable.module.css'

const lines = Array.from({ length: 14 }, (_, index) => index)

/** The shape of what is coming. Widths differ so that it looks like text. */
export function SkeletonRows<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <div aria-hidden className={classes.skeleton}>
      {lines.map(line => (
        <div key={line} className={classes.skeletonRow}>
          <div />
          {columns.map((column, place) => (
            <div key={column.id} className={classes.cell}>
              <span className={classes.bone} style={{ width: `${40 + ((line * 37 + place * 23) % 45)}%` }} />
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}
