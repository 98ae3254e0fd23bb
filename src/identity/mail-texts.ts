import type { EventKind } from './account-events.ts'
import { browserParts } from './browser.contract.ts'
import { instantFor, type Reader } from './reader.ts'

// What messages say, in the reader's language. Plain text, so that what somebody is called can be neither markup nor a link
// with another face.

export interface Letter {
  subject: string
  text: string
}

/** A name stands in the middle of a sentence and is nobody's chance to write sentences of his own. */
export const flat = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 80)

type For<T> = (reader: Reader, input: T) => Letter

export const greeting = (reader: Reader): string =>
  reader.language === 'de' ? `Guten Tag ${flat(reader.name)},` : `Hello ${flat(reader.name)},`

export const invitationText: For<{ workspace: string; link: string; expires_at: Date }> = (reader, input) => {
  const workspace = flat(input.workspace)
  const until = instantFor(reader, input.expires_at)
  return reader.language === 'de'
    ? {
        subject: `Einladung zu ${workspace} in Rapport`,
        text: `${greeting(reader)}

Sie wurden in den Arbeitsbereich „${workspace}“ in Rapport eingeladen.
Öffnen Sie diesen Link, um beizutreten:

${input.link}

Er gilt einmal, bis ${until}. Geben Sie ihn nicht weiter: Wer ihn hat, kann in Ihrem Namen beitreten.
Wenn Sie diese Einladung nicht erwarten, beachten Sie sie nicht; dann geschieht nichts.
`,
      }
    : {
        subject: `Join ${workspace} on Rapport`,
        text: `${greeting(reader)}

you have been invited to the workspace "${workspace}" on Rapport.
Open this link to join:

${input.link}

It works once, until ${until}. Do not pass it on: whoever has it can join in your name.
If you do not expect this invitation, ignore it, and nothing happens.
`,
      }
}

export const resetText: For<{ link: string }> = (reader, { link }) =>
  reader.language === 'de'
    ? {
        subject: 'Neues Passwort für Rapport',
        text: `${greeting(reader)}

jemand, hoffentlich Sie, möchte ein neues Passwort für das Konto ${reader.email} wählen.
Öffnen Sie dazu diesen Link:

${link}

Er gilt einmal, eine Stunde lang, und meldet jeden Browser ab.
Wenn Sie das nicht waren, beachten Sie diese Nachricht nicht: Ihr Passwort bleibt, wie es ist.
`,
      }
    : {
        subject: 'Choose a new password for Rapport',
        text: `${greeting(reader)}

somebody, hopefully you, wants to choose a new password for the account ${reader.email}.
Open this link to do so:

${link}

It works once, for an hour, and signs every browser out.
If it was not you, ignore this message: your password stays as it is.
`,
      }

const happened: Record<EventKind, Record<Reader['language'], string>> = {
  second_factor_on: {
    en: 'The second factor was turned on',
    de: 'Der zweite Faktor wurde eingeschaltet',
  },
  second_factor_off: {
    en: 'The second factor was turned off',
    de: 'Der zweite Faktor wurde ausgeschaltet',
  },
  second_factor_reset: {
    en: 'The second factor was reset',
    de: 'Der zweite Faktor wurde zurückgesetzt',
  },
  recovery_code_used: {
    en: 'Somebody signed in with a recovery code',
    de: 'Mit einem Wiederherstellungscode hat sich jemand angemeldet',
  },
  recovery_codes_renewed: {
    en: 'New recovery codes were made',
    de: 'Neue Wiederherstellungscodes wurden erstellt',
  },
  passkey_added: { en: 'A passkey was added', de: 'Ein Passkey wurde hinzugefügt' },
  passkey_removed: { en: 'A passkey was removed', de: 'Ein Passkey wurde entfernt' },
  passkey_refused: {
    en: 'A passkey that seems to be a copy was refused',
    de: 'Ein Passkey, der eine Kopie zu sein scheint, wurde abgewiesen',
  },
  password_changed: { en: 'The password was changed', de: 'Das Passwort wurde geändert' },
}

/** About how the account is entered: nobody can turn these off, for they are written for who did not do it. */
export const securityText: For<{ event: EventKind; at: Date; address: string }> = (reader, input) => {
  const what = happened[input.event][reader.language]
  const at = instantFor(reader, input.at)
  return reader.language === 'de'
    ? {
        subject: `Ihr Rapport-Konto: ${what}`,
        text: `${greeting(reader)}

${what}: ${at} (${reader.time_zone}), Konto ${reader.email}.

Wenn Sie das waren, ist nichts zu tun.
Wenn nicht, wählen Sie sofort ein neues Passwort und sehen Sie nach, wer angemeldet ist und welche Passkeys es gibt:

${input.address}/forgotten-password
${input.address}/account
`,
      }
    : {
        subject: `Your Rapport account: ${what.charAt(0).toLowerCase()}${what.slice(1)}`,
        text: `${greeting(reader)}

${what}: ${at} (${reader.time_zone}), account ${reader.email}.

If it was you, there is nothing to do.
If not, choose a new password at once, then look who is signed in and which passkeys there are:

${input.address}/forgotten-password
${input.address}/account
`,
      }
}

/** `Firefox on Linux`, as far as the browser tells. */
function browserFor({ language }: Reader, user_agent: string): string {
  const { browser, system } = browserParts(user_agent)
  const named = [browser, system].filter(one => one !== undefined)
  if (named.length > 0) return named.join(language === 'de' ? ' unter ' : ' on ')
  return language === 'de' ? 'ein unbekannter Browser' : 'an unknown browser'
}

export const newSignInText: For<{ user_agent: string; at: Date; address: string }> = (reader, input) => {
  const browser = browserFor(reader, input.user_agent)
  const at = instantFor(reader, input.at)
  return reader.language === 'de'
    ? {
        subject: `Neue Anmeldung: ${browser}`,
        text: `${greeting(reader)}

in Ihrem Rapport-Konto hat sich jemand von einem Browser aus angemeldet, der dort noch nicht bekannt war:

${browser}, ${at} (${reader.time_zone}), Konto ${reader.email}.

Wenn Sie das waren, ist nichts zu tun.
Wenn nicht, ändern Sie sofort das Passwort und melden Sie die anderen Browser ab:

${input.address}/account

Kommen Sie selbst nicht mehr hinein, wählen Sie hier ein neues Passwort: ${input.address}/forgotten-password

${offSwitch(reader, input.address)}
`,
      }
    : {
        subject: `New sign-in: ${browser}`,
        text: `${greeting(reader)}

somebody signed in to your Rapport account from a browser that was not known there:

${browser}, ${at} (${reader.time_zone}), account ${reader.email}.

If it was you, there is nothing to do.
If not, change the password at once and sign the other browsers out:

${input.address}/account

If you cannot get in any more, choose a new password here: ${input.address}/forgotten-password

${offSwitch(reader, input.address)}
`,
      }
}

/** Below every message that one may do without. */
export const offSwitch = (reader: Reader, address: string): string =>
  reader.language === 'de'
    ? `Welche Nachrichten Sie erhalten, stellen Sie hier ein: ${address}/account`
    : `Which messages reach you is set here: ${address}/account`
