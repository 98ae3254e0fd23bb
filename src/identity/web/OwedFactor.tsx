import { Button, Group } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { queries } from '../../core/web/query.ts'
import { BareFrame } from './BareFrame.tsx'
import { FactorSetUp } from './FactorSetUp.tsx'
import { useSignOut } from './use-sign-out.ts'

/** The workspace lets nobody in without a second factor: there is nothing else to do until it is set up. */
export function OwedFactor({ workspace }: { workspace: string }) {
  const signOut = useSignOut()
  return (
    <BareFrame title={t('identity.factor.demanded', { workspace })} lead={t('identity.factor.demandedText')}>
      <FactorSetUp onDone={() => void queries.invalidateQueries()} />
      <Group mt="md">
        <Button variant="subtle" onClick={signOut}>
          {t('identity.account.signOut')}
        </Button>
      </Group>
    </BareFrame>
  )
}
