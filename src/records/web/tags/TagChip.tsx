import type { CSSProperties } from 'react'
import { isTagColour, tagColours } from '../../tag-colours.contract.ts'
import classes from './TagChip.module.css'

/** A tag in its colour; its name says the same to who does not see colours. */
export function TagChip({ name, colour }: { name: string; colour: string | undefined }) {
  const { light, dark } = tagColours[isTagColour(colour) ? colour : 'grey']
  const style = {
    '--tag-text': light[0],
    '--tag-ground': light[1],
    '--tag-text-dark': dark[0],
    '--tag-ground-dark': dark[1],
  } as CSSProperties
  return (
    <span className={classes.tag} style={style}>
      {name}
    </span>
  )
}
