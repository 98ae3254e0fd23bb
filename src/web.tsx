import './ui/ui.css'
import '@mantine/core/styles.layer.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { onSignedOut } from './core/web/call.ts'
import { language } from './core/web/language.ts'
import { onChangeFailed, queries } from './core/web/query.ts'
import { fillSlots, SlotFills } from './core/web/slots.tsx'
import { makeTheme, variables } from './ui/theme.ts'
import { showError, Toasts } from './ui/toast.tsx'
import { areas } from './web/areas.ts'
import { router } from './web/router.tsx'
import { readStrings } from './web/strings.ts'

await readStrings(language())
document.documentElement.lang = language()
onChangeFailed(showError)
onSignedOut(() => {
  const { pathname, href } = router.history.location
  if (pathname === '/sign-in') return
  // The session that is remembered still says signed in, and would lead straight back, again and again.
  queries.clear()
  router.history.push(`/sign-in?next=${encodeURIComponent(href)}`)
})

const slots = fillSlots(areas.flatMap(area => area.slots ?? []))
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''

const theme = makeTheme()
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queries}>
          <SlotFills value={slots}>
            <Toasts />
            <RouterProvider router={router} />
          </SlotFills>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
