import { useMemo } from 'react'
import { encode } from 'uqr'
import classes from './QrCode.module.css'

/** Drawn here: what is in it goes to no other place. Always dark on light, as cameras want it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = useMemo(() => encode(text, { ecc: 'M', border: 4 }), [text])
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} className={classes.picture}>
      <path d={path} className={classes.dark} />
    </svg>
  )
}
