import { on, onPublic } from '../core/area.ts'
import { beginPasskeySignIn, signInWithPasskey } from './passkey-sign-in.ts'
import * as contract from './passkeys.contract.ts'
import { addPasskey, beginPasskey, listPasskeys, removePasskey, renamePasskey } from './passkeys.ts'
import { demandOwnPage } from './sessions.ts'
import { startSession } from './state.ts'

export const passkeyRoutes = [
  onPublic(contract.beginPasskeySignIn, async (machine, { body, request }) => {
    demandOwnPage(machine, request)
    return beginPasskeySignIn(machine, body, request)
  }),
  onPublic(contract.signInWithPasskey, async (machine, { body, request, reply }) => {
    demandOwnPage(machine, request)
    return startSession(machine, { request, reply }, await signInWithPasskey(machine, body, request))
  }),
  on(contract.listPasskeys, ({ machine, principal }, { request }) =>
    listPasskeys(machine, principal, request),
  ),
  on(contract.beginPasskey, ({ machine, principal }, { body, request }) =>
    beginPasskey(machine, principal, body, request),
  ),
  on(contract.addPasskey, ({ machine, principal }, { body, request }) =>
    addPasskey(machine, principal, body, request),
  ),
  on(contract.renamePasskey, ({ machine, principal }, { params, body, request }) =>
    renamePasskey(machine, principal, { ...params, ...body }, request),
  ),
  on(contract.removePasskey, ({ machine, principal }, { params, body, request }) =>
    removePasskey(machine, principal, { ...params, ...body }, request),
  ),
]
