/** How a new workspace begins; the pages that do it belong to areas above, so only the choice is kept here. */
export const beginnings = ['empty', 'import', 'sample'] as const
export type Beginning = (typeof beginnings)[number]

let chosen: Beginning = 'empty'
export const chooseBeginning = (beginning: Beginning): void => {
  chosen = beginning
}

/** The choice, once: coming back to the page later begins nothing. */
export function takeBeginning(): Beginning {
  const taken = chosen
  chosen = 'empty'
  return taken
}
