import { Button, Divider, Text } from '@mantine/core'
import { browserSupportsWebAuthnAutofill, WebAuthnAbortService } from '@simplewebauthn/browser'
import { IconFingerprint } from '@tabler/icons-react'
import { useEffect, useEffectEvent, useState } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { t } from '../../core/web/i18n.ts'
import type { PasskeyPlace, signIn } from '../session.contract.ts'
import { enterWithPasskey, passkeyObstacle, wasDeclined } from './passkeys.ts'

interface PasskeySignInProps {
  place: PasskeyPlace
  onDone: (reply: Reply<typeof signIn>) => void
  onFailed: (error: unknown) => void
}

/** Shorter than the server waits for an answer. */
const renew_ms = 4 * 60_000

/** The button, and the same offered by the browser in the field for the address. */
export function PasskeySignIn({ place, onDone, onFailed }: PasskeySignInProps) {
  const obstacle = passkeyObstacle(place)
  const [pending, setPending] = useState(false)
  useAutofill({ enabled: obstacle === undefined && !pending, onDone, onFailed })
  if (obstacle !== undefined) {
    return (
      <Text size="sm" c="dimmed">
        {obstacle}
      </Text>
    )
  }
  const enter = () => {
    setPending(true)
    enterWithPasskey()
      .then(onDone, onFailed)
      .finally(() => setPending(false))
  }
  return (
    <>
      <Divider label={t('identity.passkey.or')} />
      <Button
        variant="default"
        size="md"
        leftSection={<IconFingerprint size={18} />}
        loading={pending}
        onClick={enter}
      >
        {t('identity.passkey.signIn')}
      </Button>
    </>
  )
}

type AutofillProps = Omit<PasskeySignInProps, 'place'> & { enabled: boolean }

/** Waits as long as the page is open, with a new question before each becomes too old. */
function useAutofill({ enabled, ...on }: AutofillProps): void {
  const done = useEffectEvent(on.onDone)
  const failed = useEffectEvent(on.onFailed)
  useEffect(() => {
    if (!enabled) return undefined
    let open = true
    const wait = async () => {
      if (!(await browserSupportsWebAuthnAutofill()) || !open) return
      try {
        const reply = await enterWithPasskey({ autofill: true })
        if (open) done(reply)
      } catch (error) {
        if (open && !wasDeclined(error)) failed(error)
      }
    }
    void wait()
    const timer = setInterval(() => void wait(), renew_ms)
    return () => {
      open = false
      clearInterval(timer)
      WebAuthnAbortService.cancelCeremony()
    }
  }, [enabled])
}
