import './ui/ui.css'
import '@mantine/core/styles.layer.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { onSignedOut } from './core/web/call.ts'
import { startStrings } from './core/web/i18n.ts'
import { onChangeFailed, queries } from './core/web/query.ts'
import { fillSlots, SlotFills } from './core/web/slots.tsx'
import ui from './ui/en.json' with { type: 'json' }
import { makeTheme, variables } from './ui/theme.ts'
import { showError, Toasts } from './ui/toast.tsx'
import { areas } from './web/areas.ts'
import web from './web/en.json' with { type: 'json' }
import { router } from './web/router.tsx'

startStrings(navigator.language, {
  ui,
  web,
  ...Object.fromEntries(areas.map(area => [area.name, area.english])),
})
onChangeFailed(showError)
onSignedOut(() => {
  const { pathname, href } = router.history.location
  if (pathname !== '/sign-in') router.history.push(`/sign-in?next=${encodeURIComponent(href)}`)
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
