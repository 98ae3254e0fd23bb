import type { Area } from '../core/area.ts'
import { identityCommands } from './identity.commands.ts'
import { makeSetUpLink } from './links.ts'
import { mailHealth, mailJob } from './mail.ts'
import { passkeyRoutes } from './passkeys.routes.ts'
import { rightsLoop } from './push.ts'
import { sessionRoutes } from './session.routes.ts'
import { workspaceRoutes } from './workspace.routes.ts'

export { authenticate } from './authenticate.ts'
export { findWorkspace } from './identity.commands.ts'
export { findWriteKey, makeKey, type WriteKey } from './keys.ts'
export { flat } from './mail-texts.ts'
export { sendNotice } from './notices.ts'
export { mailAttempts } from './post-mail.ts'
export { onRightsChanged } from './push.ts'
export { numberFor, type Reader } from './reader.ts'
export { type Role, roles } from './rights.contract.ts'
export { openSession } from './sessions.ts'
export { insertWorkspace } from './workspaces.ts'

export const identityArea: Area = {
  name: 'identity',
  migrations: new URL('./migrations/', import.meta.url),
  routes: [...sessionRoutes, ...passkeyRoutes, ...workspaceRoutes],
  commands: identityCommands,
  loops: [rightsLoop],
  jobs: [mailJob],
  health: async machine => [await mailHealth(machine)],
  async ready(machine) {
    const link = await makeSetUpLink(machine)
    return link === undefined ? [] : [`Set it up, once, with this link: ${link}`]
  },
}
