import { Button, Divider, Group, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { queries, useEndpoint } from '../../core/web/query.ts'
import { listPasskeys } from '../passkeys.contract.ts'
import type { PasskeyPlace } from '../session.contract.ts'
import { BareFrame } from './BareFrame.tsx'
import { FactorSetUp } from './FactorSetUp.tsx'
import { FormProblem } from './FormProblem.tsx'
import { AddPasskey } from './PasskeyDialogs.tsx'
import { enterWithPasskey, passkeyObstacle } from './passkeys.ts'
import { useSignOut } from './use-sign-out.ts'

interface OwedFactorProps {
  workspace: string
  passkeys: PasskeyPlace
}

const goOn = () => void queries.invalidateQueries()

/** The workspace lets nobody in without a second factor: there is nothing else to do until it is set up. */
export function OwedFactor({ workspace, passkeys }: OwedFactorProps) {
  const signOut = useSignOut()
  return (
    <BareFrame title={t('identity.factor.demanded', { workspace })} lead={t('identity.factor.demandedText')}>
      <FactorSetUp onDone={goOn} />
      {passkeyObstacle(passkeys) === undefined && <OwedPasskey />}
      <Group mt="md">
        <Button variant="subtle" onClick={signOut}>
          {t('identity.account.signOut')}
        </Button>
      </Group>
    </BareFrame>
  )
}

/** A passkey is both factors: who has one uses it, who has none may add one instead. */
function OwedPasskey() {
  const { data } = useEndpoint(listPasskeys)
  const [adding, setAdding] = useState(false)
  const enter = useMutation({ mutationFn: () => enterWithPasskey({ again: true }), onSuccess: goOn })
  if (!data) return null
  const has = data.items.some(one => one.works_here)
  return (
    <Stack gap="md" mt="md">
      <Divider label={t('identity.passkey.or')} />
      <FormProblem error={enter.error} />
      <Button
        variant="default"
        loading={enter.isPending}
        onClick={() => (has ? enter.mutate() : setAdding(true))}
      >
        {has ? t('identity.passkey.confirm') : t('identity.passkey.add')}
      </Button>
      {adding && (
        <AddPasskey
          asksPassword={data.asks_password}
          mayConfirm={false}
          onDone={goOn}
          onClose={() => setAdding(false)}
        />
      )}
    </Stack>
  )
}
