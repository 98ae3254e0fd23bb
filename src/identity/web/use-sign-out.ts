import { useGo } from '../../core/web/navigation.tsx'
import { useChange } from '../../core/web/query.ts'
import { signOut } from '../session.contract.ts'
import { forgetEverything } from './session.ts'

export function useSignOut(): () => void {
  const go = useGo()
  const { change } = useChange(signOut, {
    onDone: () => {
      go('/sign-in', { replace: true })
      forgetEverything()
    },
  })
  return () => change({})
}
