import { ActionIcon, Group, Text, Tooltip } from '@mantine/core'
import { IconArrowLeft, IconArrowsDiagonal, IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react'
import { type ComponentType, type ReactNode, useEffect, useRef } from 'react'
import { t } from '../core/web/i18n.ts'
import { useGo } from '../core/web/navigation.tsx'
import { useEscape } from './escape.ts'
import classes from './SidePanel.module.css'

interface SidePanelProps {
  /** Names the region, e.g. the person shown. */
  label: string
  onClose: () => void
  /** One step back in the panel's own history; absent when there is none. */
  onBack?: (() => void) | undefined
  onPrevious?: (() => void) | undefined
  onNext?: (() => void) | undefined
  /** e.g. `3 of 60` */
  place?: string
  /** The same record as a page of its own. */
  to?: string
  children: ReactNode
}

/** A record beside its list: the list stays in reach, Esc goes back one step at a time. */
export function SidePanel(props: SidePanelProps) {
  const { label, onClose, onBack, onPrevious, onNext, place, to } = props
  const go = useGo()
  const panel = useRef<HTMLElement>(null)
  const opener = useRef<Element | null>(null)
  useEscape(onBack ?? onClose)
  useEffect(() => {
    opener.current = document.activeElement
    // The list keeps the focus so that its arrows turn the pages; from anywhere else the panel takes it.
    if (opener.current?.getAttribute('role') !== 'grid') panel.current?.focus()
    return () => {
      if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus()
    }
  }, [])
  return (
    <section ref={panel} className={classes.panel} aria-label={label} tabIndex={-1}>
      <div className={classes.bar}>
        <Group gap={2}>
          {onBack && <Tool icon={IconArrowLeft} label={t('ui.panel.back')} onClick={onBack} />}
          <Tool icon={IconChevronUp} label={t('ui.panel.previous')} onClick={onPrevious} />
          <Tool icon={IconChevronDown} label={t('ui.panel.next')} onClick={onNext} />
          {place && (
            <Text size="xs" c="dimmed" className="rp-number">
              {place}
            </Text>
          )}
        </Group>
        <Group gap={2}>
          {to && <Tool icon={IconArrowsDiagonal} label={t('ui.panel.full')} onClick={() => go(to)} />}
          <Tool icon={IconX} label={t('ui.close')} onClick={onClose} />
        </Group>
      </div>
      <div className={classes.content}>{props.children}</div>
    </section>
  )
}

interface ToolProps {
  icon: ComponentType<{ size?: number | string }>
  label: string
  onClick: (() => void) | undefined
}

function Tool({ icon: Icon, label, onClick }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} disabled={!onClick} {...(onClick ? { onClick } : {})}>
        <Icon size={18} />
      </ActionIcon>
    </Tooltip>
  )
}

/** A list with room for a panel beside it. */
export function WithPanel({ children, panel }: { children: ReactNode; panel: ReactNode }) {
  return (
    <div className={classes.beside} data-open={panel ? true : undefined}>
      <div className={classes.list}>{children}</div>
      {panel}
    </div>
  )
}
