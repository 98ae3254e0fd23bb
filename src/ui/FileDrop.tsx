import { Text } from '@mantine/core'
import { IconFileUpload } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { t } from '../core/web/i18n.ts'
import classes from './FileDrop.module.css'

interface FileDropProps {
  label: string
  hint?: string
  /** As an input's accept, e.g. `.csv,text/csv`. */
  accept?: string
  disabled?: boolean
  onFile: (file: File) => void
}

/** A place to drop a file, which is also a button to choose one. */
export function FileDrop({ label, hint, accept, disabled = false, onFile }: FileDropProps) {
  const [over, setOver] = useState(false)
  const place = useRef<HTMLLabelElement>(null)
  const take = useRef(onFile)
  useEffect(() => {
    take.current = onFile
  })
  useEffect(() => {
    const target = place.current
    if (!target || disabled) return undefined
    const listen = new AbortController()
    const on = (name: 'dragover' | 'dragleave' | 'drop', hear: (event: DragEvent) => void) =>
      target.addEventListener(name, hear, { signal: listen.signal })
    on('dragover', event => {
      event.preventDefault()
      setOver(true)
    })
    on('dragleave', () => setOver(false))
    on('drop', event => {
      event.preventDefault()
      setOver(false)
      const file = event.dataTransfer?.files[0]
      if (file) take.current(file)
    })
    return () => listen.abort()
  }, [disabled])
  return (
    <label
      ref={place}
      className={classes.drop}
      data-over={over || undefined}
      data-disabled={disabled || undefined}
    >
      <IconFileUpload size={30} stroke={1.4} aria-hidden />
      <Text component="span" fw={560}>
        {label}
      </Text>
      <Text component="span" size="sm" c="dimmed">
        {hint ?? t('ui.file.hint')}
      </Text>
      <input
        type="file"
        className={classes.input}
        disabled={disabled}
        {...(accept ? { accept } : {})}
        onChange={event => {
          const file = event.currentTarget.files?.[0]
          if (file) onFile(file)
          // The same file may be chosen again after it was corrected.
          event.currentTarget.value = ''
        }}
      />
    </label>
  )
}
