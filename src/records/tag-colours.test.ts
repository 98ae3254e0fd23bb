import { expect, test } from 'vitest'
import { tagColourNames, tagColours } from './tag-colours.contract.ts'

// Relative luminance and contrast as WCAG 2.2 defines them.
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test('the text of every tag can be read on its colour, in light and in dark', () => {
  for (const name of tagColourNames)
    for (const [text, ground] of [tagColours[name].light, tagColours[name].dark]) {
      const [low = 0, high = 0] = [luminance(text), luminance(ground)].toSorted((a, b) => a - b)
      expect([name, (high + 0.05) / (low + 0.05) >= 4.5]).toEqual([name, true])
    }
})
