import { t } from '../../core/web/i18n.ts'

export interface Actor {
  kind: string
  id: string
  name: string | null
}

/** Who did it, in words that begin a sentence. */
export function actorText(actor: Actor | null): string {
  if (!actor || actor.kind === 'system')
    return t(actor?.id === 'fold' ? 'records.actor.events' : 'records.actor.system')
  if (actor.name === null) return t(`records.actor.${actor.kind}`)
  return actor.kind === 'member' ? actor.name : t(`records.actor.named.${actor.kind}`, { name: actor.name })
}
