import { Switch, UnstyledButton } from '@mantine/core'
import { IconExternalLink, IconMail, IconPhone } from '@tabler/icons-react'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { usePhones } from '../../core/web/phone.ts'
import { errorText } from '../errors.ts'
import { FieldInput } from './FieldInput.tsx'
import classes from './InlineField.module.css'
import {
  draftOf,
  type FieldKind,
  type FieldShape,
  type FieldValue,
  hrefOf,
  parseDraft,
  shownValue,
} from './kinds.ts'

interface InlineFieldProps extends FieldShape {
  label: string
  value: FieldValue
  /** Takes the new value; what it throws is shown under the field and nothing is lost. */
  onCommit: (value: FieldValue) => unknown
  readOnly?: boolean
  /** The label is read but not shown: a field inside a table cell or a title. */
  bare?: boolean
  required?: boolean
}

/** Reads as text; click or Enter edits, Enter commits, Esc restores, Tab commits and moves on. */
export function InlineField(props: InlineFieldProps) {
  const { label, value, kind, onCommit, readOnly = false, bare = false } = props
  const [draft, setDraft] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [saving, setSaving] = useState(false)
  const trigger = useRef<HTMLButtonElement>(null)
  const closing = useRef(false)
  const id = useId()
  const editing = draft !== undefined

  const stop = (refocus: boolean) => {
    closing.current = true
    setDraft(undefined)
    setProblem(undefined)
    if (refocus) requestAnimationFrame(() => trigger.current?.focus())
  }
  const save = async (next: FieldValue, refocus: boolean) => {
    if (sameValue(next, value)) return stop(refocus)
    if (props.required && (next === null || next === '')) return setProblem(t('ui.field.required'))
    setSaving(true)
    try {
      await onCommit(next)
      stop(refocus)
    } catch (error) {
      setProblem(errorText(error))
    } finally {
      setSaving(false)
    }
  }
  const commit = (refocus: boolean) => {
    if (draft === undefined || closing.current) return
    const parsed = parseDraft(props, draft)
    if ('problem' in parsed) setProblem(parsed.problem)
    else void save(parsed.value, refocus)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      stop(true)
    } else if (event.key === 'Enter' && (kind !== 'long_text' || event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      commit(true)
    }
  }
  const start = () => {
    closing.current = false
    setDraft(draftOf(props, value))
  }
  return (
    <div
      className={classes.field}
      data-bare={bare || undefined}
      data-tall={kind === 'long_text' || undefined}
    >
      <span id={`${id}-label`} className={bare ? classes.unseen : classes.label}>
        {label}
      </span>
      <div className={classes.space}>
        {kind === 'boolean' ? (
          <Switch
            size="sm"
            aria-labelledby={`${id}-label`}
            checked={value === true}
            disabled={readOnly || saving}
            onChange={event => void save(event.currentTarget.checked, false)}
          />
        ) : editing ? (
          <FieldInput
            shape={props}
            label={label}
            draft={draft}
            value={value}
            problem={problem}
            saving={saving}
            onDraft={setDraft}
            onPick={next => void save(next, true)}
            onKeyDown={onKeyDown}
            onLeave={() => commit(false)}
          />
        ) : (
          <ShownField {...props} id={id} trigger={trigger} onStart={start} />
        )}
        {kind === 'boolean' && problem && (
          <span role="alert" className={classes.problem}>
            {problem}
          </span>
        )}
      </div>
    </div>
  )
}

const outIcons: Partial<Record<FieldKind, typeof IconPhone>> = { phone: IconPhone, email: IconMail }
const outNames: Partial<Record<FieldKind, string>> = { phone: 'call', email: 'write' }

interface ShownFieldProps extends InlineFieldProps {
  id: string
  trigger: React.RefObject<HTMLButtonElement | null>
  onStart: () => void
}

function ShownField({ id, trigger, onStart, ...props }: ShownFieldProps) {
  usePhones(props.kind === 'phone')
  const shown = shownValue(props, props.value)
  const href = hrefOf(props.kind, props.value)
  const elsewhere = props.kind === 'url' ? { target: '_blank', rel: 'noreferrer noopener' } : {}
  if (props.readOnly)
    return (
      <span className={classes.still}>
        {href ? (
          <a href={href} {...elsewhere}>
            {shown}
          </a>
        ) : (
          shown || '–'
        )}
      </span>
    )
  const Icon = outIcons[props.kind] ?? IconExternalLink
  return (
    <div className={classes.shown}>
      <UnstyledButton
        ref={trigger}
        className={classes.value}
        data-empty={shown === '' || undefined}
        aria-labelledby={`${id}-label ${id}-value`}
        aria-description={t('ui.field.edit')}
        onClick={onStart}
      >
        <span id={`${id}-value`}>{shown || t('ui.field.add')}</span>
      </UnstyledButton>
      {href && (
        <a
          className={classes.out}
          href={href}
          aria-label={t(`ui.field.${outNames[props.kind] ?? 'open'}`, { value: shown })}
          {...elsewhere}
        >
          <Icon size={14} aria-hidden />
        </a>
      )}
    </div>
  )
}

const sameValue = (one: FieldValue, other: FieldValue): boolean =>
  one === other || (Array.isArray(one) && Array.isArray(other) && one.join('\n') === other.join('\n'))
