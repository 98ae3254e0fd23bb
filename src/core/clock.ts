/** Time as the rules see it; tests hold it still. */
export interface Clock {
  now(): Date
}
export const systemClock: Clock = { now: () => new Date() }
