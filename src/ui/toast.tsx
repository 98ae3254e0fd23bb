import { ActionIcon, Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { t } from '../core/web/i18n.ts'
import { errorText } from './errors.ts'
import classes from './toast.module.css'

interface Toast {
  id: number
  message: string
  tone: 'done' | 'error'
  undo?: () => unknown
  life_ms: number
}

let made = 0
let shown: readonly Toast[] = []
const watchers = new Set<() => void>()
const most = 4

function set(next: readonly Toast[]): void {
  shown = next
  for (const watcher of watchers) watcher()
}
const show = (toast: Omit<Toast, 'id'>): void => set([...shown, { ...toast, id: ++made }].slice(-most))
const hide = (id: number): void => set(shown.filter(toast => toast.id !== id))

/** Done already, but it can be taken back: that spares the question beforehand. */
export function showUndo({ message, undo }: { message: string; undo: () => unknown }): void {
  show({ message, undo, tone: 'done', life_ms: 10_000 })
}

export function showDone(message: string): void {
  show({ message, tone: 'done', life_ms: 4000 })
}

export function showError(error: unknown): void {
  show({ message: errorText(error), tone: 'error', life_ms: 12_000 })
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

/** Where they appear: spoken by screen readers, never in the way of the keyboard. */
export function Toasts() {
  const toasts = useSyncExternalStore(watch, () => shown)
  return (
    <div className={classes.place} role="status" aria-live="polite">
      {toasts.map(toast => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function ToastCard({ toast: { id, message, tone, undo, life_ms } }: { toast: Toast }) {
  // Nobody is to race a button: what is pointed at or has the focus stays, and then begins anew.
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return undefined
    const timer = setTimeout(() => hide(id), life_ms)
    return () => clearTimeout(timer)
  }, [id, life_ms, held])
  const takeBack = async () => {
    hide(id)
    try {
      await undo?.()
      showDone(t('ui.undo.done'))
    } catch (error) {
      showError(error)
    }
  }
  return (
    <div
      className={classes.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      data-tone={tone}
      {...(tone === 'error' ? { role: 'alert' } : {})}
    >
      <span className={classes.message}>{message}</span>
      {undo && (
        <Button size="compact-sm" variant="light" onClick={() => void takeBack()}>
          {t('ui.undo.undo')}
        </Button>
      )}
      <ActionIcon size="sm" aria-label={t('ui.close')} onClick={() => hide(id)}>
        <IconX size={16} />
      </ActionIcon>
    </div>
  )
}
