import type { Said } from '../core/text-sentence.ts'
import { says } from './says.contract.ts'

// What makes a password too easy. Pure, so that the browser says it while one types and the server decides the same.

export const passwordLengthMin = 15

// The words that lists of leaked passwords are made of. A long password must hold something besides them.
const common =
  'password passwort passord motdepasse contrasena wachtwoord senha parola haslo lozinka salasana letmein welcome willkommen bienvenue bienvenido admin administrator root user test testing guest default changeme secret geheim hello hallo love iloveyou loveyou baby princess sunshine monkey dragon football baseball basketball soccer hockey master superman batman spiderman starwars pokemon naruto shadow michael jordan jennifer charlie daniel thomas robert andrew jessica ashley amanda nicole summer winter spring autumn monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december trustno login access freedom whatever computer internet google facebook samsung apple qwertz qwerty azerty asdfgh zxcvbn asdf zxcv qazwsx qweasd please money killer pepper ginger cookie cheese chocolate banana orange purple flower family forever number lucky angel heaven jesus christ blessed company business customer office server database rapport correct horse battery staple this is my the and for you are not very strong long super new old one two three four five six seven eight nine ten'
    .split(' ')
    .sort((left, right) => right.length - left.length)

const runs = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik',
]
const backwards = runs.map(run => run.split('').reverse().join(''))

const swaps: Record<string, string> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}
const unswapped = (text: string) => text.replace(/[013457@$!]/g, char => swaps[char] ?? char)

/** Leaves out what can be guessed: runs along the alphabet or the keyboard, and known words. */
function withoutGuessable(text: string, words: readonly string[]): string {
  let rest = text
  for (const run of [...runs, ...backwards]) {
    for (let length = run.length; length >= 4; length--) {
      for (let start = 0; start + length <= run.length; start++) {
        rest = rest.replaceAll(run.slice(start, start + length), ' ')
      }
    }
  }
  rest = unswapped(rest)
  for (const word of words) rest = rest.replaceAll(word, ' ')
  return rest.replace(/(.)\1+/g, '$1').replace(/[^\p{L}\p{N}]/gu, '')
}

const repeats = (text: string) => {
  for (let unit = 1; unit <= text.length / 2; unit++) {
    if (
      text
        .slice(0, unit)
        .repeat(Math.ceil(text.length / unit))
        .startsWith(text)
    )
      return true
  }
  return false
}

/** A sentence that says what is wrong, or undefined if the password will do. */
export function passwordProblem(password: string, own: readonly string[] = []): Said | undefined {
  if (Array.from(password).length < passwordLengthMin) {
    return says.password_short({ least: passwordLengthMin })
  }
  const plain = password.normalize('NFKC').toLowerCase()
  const words = own
    .flatMap(text => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter(word => word.length >= 3)
    .sort((left, right) => right.length - left.length)
  if (new Set(plain).size < 6 || repeats(plain)) return says.password_repeats()
  if (withoutGuessable(plain, [...words, ...common]).length < 6) {
    return says.password_common()
  }
  return undefined
}
