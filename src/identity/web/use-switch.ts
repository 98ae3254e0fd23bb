import { t } from '../../core/web/i18n.ts'
import { useGo } from '../../core/web/navigation.tsx'
import { useChange } from '../../core/web/query.ts'
import { switchWorkspace } from '../session.contract.ts'
import { forgetEverything } from './session.ts'

/** Looks at another workspace, starting at its home page. */
export function useSwitch(): (workspace_id: string) => void {
  const go = useGo()
  const { change } = useChange(switchWorkspace, {
    onDone: () => {
      forgetEverything()
      go('/')
    },
  })
  return workspace_id => change({ body: { workspace_id } })
}

export const switchLabel = (name: string): string => t('identity.workspace.switchTo', { name })
