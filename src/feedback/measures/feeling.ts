// How an answer felt, from −1 to +1, for the timeline: straight lines from the scale's worst to its neutral point
// (0) and on to its best. Neutral is the middle of the scale, but 7.5 for NPS, between the two passive answers, so
// that the sign agrees with the bands: 6 → −0.2, 8 → +0.2, 9 → +0.6. A scale where lower is better is turned round.
export interface Scale {
  scale_min: number
  scale_max: number
  polarity: 1 | -1
}

export function feelingOf(value: number, scale: Scale & { measure: string }): number {
  const { scale_min: low, scale_max: high, polarity } = scale
  const neutral = scale.measure === 'nps' ? 7.5 : (low + high) / 2
  const feeling =
    value >= neutral ? (value - neutral) / (high - neutral) : (value - neutral) / (neutral - low)
  return feeling === 0 ? 0 : feeling * polarity
}
