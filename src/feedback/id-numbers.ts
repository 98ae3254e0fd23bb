// UUIDs as they lie in a buffer, each given a number from 0: a million of them as text would take ten times as long.

export interface IdNumbers {
  readonly size: number
  /** The number of the id at this place, a new one where it was not seen before. */
  take(bytes: DataView, at: number): number
  /** −1 where it was not seen. */
  find(bytes: DataView, at: number): number
  texts(): string[]
}

const words = 4
const leastPlaces = 4096

/** `expected`: about how many there will be. */
export function idNumbers(expected = 0): IdNumbers {
  let size = 0
  let ids = new Uint32Array(words * Math.max(expected, leastPlaces / 2))
  /** By hash the number of an id plus one, in the next free place; at most half full. */
  let places = new Int32Array(Math.max(leastPlaces, 2 ** Math.ceil(Math.log2(2 * expected + 2))))
  const firstPlace = (high: number, low: number) => {
    // The end of a UUIDv7 is random; of other versions all of it or none.
    const mixed = Math.imul(low ^ Math.imul(high, 0x9e_37_79_b1), 0x85_eb_ca_6b)
    return (mixed ^ (mixed >>> 15)) & (places.length - 1)
  }
  const grow = () => {
    if (words * (size + 1) > ids.length) {
      const more = new Uint32Array(2 * ids.length)
      more.set(ids)
      ids = more
    }
    if (2 * (size + 1) <= places.length) return
    places = new Int32Array(2 * places.length)
    for (let number = 0; number < size; number++) {
      let place = firstPlace(ids[words * number + 2] ?? 0, ids[words * number + 3] ?? 0)
      while (places[place] !== 0) place = (place + 1) & (places.length - 1)
      places[place] = number + 1
    }
  }
  /** Where the id is, or would be. */
  const placeOf = (bytes: DataView, at: number) => {
    const a = bytes.getUint32(at)
    const b = bytes.getUint32(at + 4)
    const c = bytes.getUint32(at + 8)
    const d = bytes.getUint32(at + 12)
    let place = firstPlace(c, d)
    for (;;) {
      const first = words * ((places[place] ?? 0) - 1)
      if (first < 0) return place
      if (ids[first + 3] === d && ids[first + 2] === c && ids[first + 1] === b && ids[first] === a)
        return place
      place = (place + 1) & (places.length - 1)
    }
  }
  return {
    get size() {
      return size
    },
    find: (bytes, at) => (places[placeOf(bytes, at)] ?? 0) - 1,
    take(bytes, at) {
      grow()
      const place = placeOf(bytes, at)
      const number = (places[place] ?? 0) - 1
      if (number >= 0) return number
      for (let word = 0; word < words; word++) ids[words * size + word] = bytes.getUint32(at + 4 * word)
      places[place] = size + 1
      return size++
    },
    texts: () =>
      Array.from({ length: size }, (_, number) =>
        textOf(ids.subarray(words * number, words * number + words)),
      ),
  }
}

function textOf(id: Uint32Array): string {
  const hex = Array.from(id, word => word.toString(16).padStart(8, '0')).join('')
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}
