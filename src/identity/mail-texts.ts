// What messages say. Plain text, so that what somebody is called can be neither markup nor a link with another face.

/** A name stands in the middle of a sentence and is nobody's chance to write sentences of his own. */
const flat = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 80)

const dayOf = (at: Date) => at.toISOString().slice(0, 10)

export const invitationText = (input: {
  name: string
  workspace: string
  link: string
  expires_at: Date
}) => ({
  subject: `Join ${flat(input.workspace)} on Rapport`,
  text: `Hello ${flat(input.name)},

you have been invited to the workspace "${flat(input.workspace)}" on Rapport.
Open this link to join:

${input.link}

It works once, until ${dayOf(input.expires_at)}. Do not pass it on: whoever has it can join in your name.
If you do not expect this invitation, ignore it, and nothing happens.
`,
})

export const resetText = (input: { name: string; email: string; link: string }) => ({
  subject: 'Choose a new password for Rapport',
  text: `Hello ${flat(input.name)},

somebody, hopefully you, wants to choose a new password for the account ${input.email}.
Open this link to do so:

${input.link}

It works once, for an hour, and signs every browser out.
If it was not you, ignore this message: your password stays as it is.
`,
})
