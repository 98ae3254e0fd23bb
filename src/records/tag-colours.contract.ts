/** Colours of tags: text on ground, on a light and on a dark page, each at least 4.5 : 1 (tag-colours.test.ts). */
export const tagColours = {
  grey: { light: ['#3d4047', '#e9eaec'], dark: ['#dcdee2', '#3b3e44'] },
  red: { light: ['#8f1d1d', '#fbe3e1'], dark: ['#ffc9c4', '#5c2320'] },
  orange: { light: ['#7d3a00', '#fde8d4'], dark: ['#ffd0a6', '#573011'] },
  yellow: { light: ['#5f4700', '#fbf0c4'], dark: ['#f6de92', '#4a3a0c'] },
  green: { light: ['#1d5a2b', '#def2e1'], dark: ['#b5e6bf', '#1f4528'] },
  teal: { light: ['#0b5750', '#d8f1ee'], dark: ['#a6e4dc', '#124640'] },
  blue: { light: ['#134a8e', '#deebfb'], dark: ['#bcd8fb', '#1c3b63'] },
  violet: { light: ['#4b2f95', '#e9e3fb'], dark: ['#d6c9fb', '#3b2d68'] },
  pink: { light: ['#861a56', '#fbe1ef'], dark: ['#fbc3df', '#5a2040'] },
} as const

export type TagColour = keyof typeof tagColours
export const tagColourNames = Object.keys(tagColours) as [TagColour, ...TagColour[]]
export const isTagColour = (name: string | undefined): name is TagColour =>
  tagColourNames.some(one => one === name)
