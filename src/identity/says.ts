import { type Said, sentences } from '../core/text-sentence.ts'
import type { Role } from './rights.contract.ts'

// What the server says; German stands in web/de.json.

export const says = sentences('identity', {
  wrong_credentials: 'The e-mail address or the password is not right.',
  wrong_password: 'This is not your current password.',
  wrong_key: 'This API key is not known or was revoked. Send "Authorization: Bearer <key>".',
  step_over: 'This took too long, or too many codes were wrong. Sign in with your password again.',
  wrong_code: 'This code is not right, or was used already. Codes change every thirty seconds.',
  not_invited: 'Only somebody who has been invited and has not joined yet needs this.',
  key_role_too_high: 'A key may have at most your own role, which is {{role}}.',
  key_above_own_role: 'This key has the role {{role}}, which is above your own.',
  too_many_sign_ins: 'Too many attempts to sign in. Wait a little and try again.',
  too_many_resets:
    'A link was asked for several times. Look into your mailbox, or wait a little and try again.',
  too_many_codes: 'Too many codes were tried. Wait a quarter of an hour, or use a recovery code then.',
  too_many_invitations:
    'This person was written to several times. Wait a little before you send another message.',
  link_spent: 'This link was used already or has expired. Ask for a new one.',
  already_set_up: 'Rapport is set up already. Sign in instead.',
  account_here: 'You have an account here already. Give its password.',
  role_too_high: 'Only an owner may do this with the role {{role}}; yours is {{own}}.',
  already_member: 'Somebody with this e-mail address is a member already.',
  member_already: 'is a member already',
  last_owner: 'A workspace needs an owner. Make somebody else an owner first.',
  own_membership: 'You cannot disable yourself.',
  second_factor_on: 'Your account has a second factor already. Remove it before you set up another.',
  nothing_to_confirm: 'Begin to set up a second factor first.',
  second_factor_off: 'Your account has no second factor.',
  second_factor_required: 'One of your workspaces lets members in with a second factor only.',
  cross_site: 'This request did not come from a page of this address. Reload the page and try again.',
  https_needed:
    'Signing in on this address needs HTTPS. Open Rapport through HTTPS, or on the machine itself at http://127.0.0.1. Behind a proxy, set RAPPORT_TRUST_PROXY.',
  no_membership: 'You are not a member of this workspace.',
  no_such_team: 'There is no such team.',
  team_circle: 'A team cannot stand below itself. Move it below a team that is not one of its own.',
  team_name_taken: 'There is a team of this name already.',
  not_all_members: 'One of these is not a member of this workspace.',
  too_many_teams: 'A workspace has at most {{most}} teams.',
  unknown_time_zone: 'The database does not know this time zone.',
  too_many_of_name: 'There are too many workspaces of this name.',
  passkey_too_late: 'This took too long, or was answered already. Try again.',
  passkey_unknown: 'This passkey is not known here; it may have been removed. Sign in with your password.',
  passkey_refused: 'This passkey could not be checked. Try again, or sign in with your password.',
  passkey_copied:
    'This passkey seems to have been copied and was refused. Sign in with your password, remove it and add a new one.',
  passkey_not_taken:
    'What the browser sent is not a passkey for this address. Try again, or use another device.',
  passkey_known: 'This passkey has been added already.',
  password_needed: 'It is a while since you signed in. Give your password, or sign in with a passkey.',
  too_many_passkeys: 'An account has at most {{most}} passkeys. Remove one that you no longer use.',
  passkey_ip_address:
    'Passkeys need a host name, not an IP address. Open Rapport under its name, or on the machine itself at http://localhost.',
  passkey_https_needed: 'Passkeys need HTTPS on this address. Open Rapport through HTTPS.',
  passkey_other_address:
    'Passkeys work only at the public address of this installation. Open Rapport there and try again.',
  role_owner: 'owner',
  role_admin: 'admin',
  role_manager: 'manager',
  role_agent: 'agent',
  role_viewer: 'viewer',
})

const roleNames: Readonly<Record<Role, () => Said>> & Readonly<Record<string, (() => Said) | undefined>> = {
  owner: says.role_owner,
  admin: says.role_admin,
  manager: says.role_manager,
  agent: says.role_agent,
  viewer: says.role_viewer,
}

export const roleNamed = (role: string): Said | string => roleNames[role]?.() ?? role
