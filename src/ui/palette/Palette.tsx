import { Kbd, Loader, Modal, Text } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { t, tKnown } from '../../core/web/i18n.ts'
import { type Command, type Selection, useAllCommands, useCurrentSelection } from './commands.ts'
import { type FoundGroup, type PaletteSource, useFound } from './found.ts'
import classes from './Palette.module.css'
import { paletteShown, setTyped, useTyped } from './typed.ts'

interface PaletteProps {
  opened: boolean
  /** `search` begins with records only, as `/` does. */
  mode: 'all' | 'search'
  sources: readonly PaletteSource[]
  onGo: (to: string) => void
  onClose: () => void
}

export interface Entry {
  id: string
  group: string
  label: string
  hint?: string
  keys?: string
  act: () => void
}

export function Palette(props: PaletteProps) {
  return (
    <Modal.Root
      opened={props.opened}
      onClose={props.onClose}
      yOffset="10vh"
      size="36rem"
      transitionProps={{ duration: 90 }}
    >
      <Modal.Overlay backgroundOpacity={0.35} />
      <Modal.Content aria-label={t('ui.palette.title')}>
        {props.opened && <PaletteBody {...props} />}
      </Modal.Content>
    </Modal.Root>
  )
}

function PaletteBody({ mode, sources, onGo, onClose }: PaletteProps) {
  const text = useTyped()
  const [at, setAt] = useState(0)
  const current = useCurrentSelection()
  const [selection, setSelection] = useState<Selection | null>(current)
  const commands = useAllCommands()
  const { groups, searching } = useFound(text, sources)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    if (!input.current) return undefined
    input.current.focus()
    return paletteShown(input.current)
  }, [])
  const entries = useMemo(() => {
    const leave = (act: () => void) => () => {
      onClose()
      act()
    }
    const records = entriesOfGroups(groups, to => leave(() => onGo(to))())
    const offered =
      mode === 'search' && text === '' ? [] : entriesOfCommands(commands, text, selection, leave)
    return [...records, ...offered]
  }, [groups, commands, text, selection, mode, onGo, onClose])
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, at])

  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by !== undefined && entries.length) setAt((at + by + entries.length) % entries.length)
    else if (event.key === 'Enter') entries[at]?.act()
    else if (event.key === 'Backspace' && text === '' && selection) setSelection(null)
    else return
    event.preventDefault()
  }
  return (
    <div className={classes.palette}>
      <div className={classes.field}>
        <IconSearch size={18} stroke={1.7} aria-hidden />
        {selection && <span className={classes.chip}>{selection.label}</span>}
        <input
          ref={input}
          data-autofocus
          className={classes.input}
          value={text}
          placeholder={mode === 'search' ? t('ui.palette.searchHint') : t('ui.palette.hint')}
          aria-label={t('ui.palette.title')}
          role="combobox"
          aria-expanded={entries.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={entries[at] ? `${id}-${at}` : undefined}
          autoComplete="off"
          spellCheck={false}
          onChange={event => {
            setTyped(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
        {searching && <Loader size={16} aria-label={t('ui.loading')} />}
      </div>
      <div className={classes.list} id={`${id}-list`} role="listbox" aria-label={t('ui.palette.results')}>
        {entries.map((entry, index) => (
          <Line
            key={entry.id}
            id={`${id}-${index}`}
            entry={entry}
            before={entries[index - 1]}
            on={index === at}
            onHover={() => setAt(index)}
          />
        ))}
      </div>
      {entries.length === 0 && !searching && (
        <Text size="sm" c="dimmed" p="md" role="status">
          {text ? t('ui.nothingFound') : t('ui.palette.type')}
        </Text>
      )}
    </div>
  )
}

interface LineProps {
  id: string
  entry: Entry
  before: Entry | undefined
  on: boolean
  onHover: () => void
}

function Line({ id, entry, before, on, onHover }: LineProps) {
  return (
    <>
      {before?.group !== entry.group && (
        <div className={classes.group} role="presentation">
          {entry.group}
        </div>
      )}
      <div
        id={id}
        role="option"
        aria-selected={on}
        tabIndex={-1}
        className={classes.entry}
        onMouseMove={onHover}
        onMouseDown={event => event.preventDefault()}
        onClick={entry.act}
        onKeyDown={event => event.key === 'Enter' && entry.act()}
      >
        <span className={classes.label}>{entry.label}</span>
        {entry.hint && <span className={classes.hint}>{entry.hint}</span>}
        {entry.keys && <KeysOf keys={entry.keys} />}
      </div>
    </>
  )
}

export function KeysOf({ keys }: { keys: string }) {
  return (
    <span className={classes.keys}>
      {keys.split(' ').map(key => (
        <Kbd key={key} size="xs">
          {tKnown(`ui.keys.named.${key}`, key)}
        </Kbd>
      ))}
    </span>
  )
}

const entriesOfGroups = (groups: readonly FoundGroup[], go: (to: string) => void): Entry[] =>
  groups.flatMap(group =>
    group.hits.map(hit => ({
      id: `${group.id} ${hit.id}`,
      group: tKnown(group.label),
      label: hit.label,
      ...(hit.hint ? { hint: hit.hint } : {}),
      act: () => go(hit.to),
    })),
  )

function entriesOfCommands(
  commands: readonly Command[],
  text: string,
  selection: Selection | null,
  leave: (act: () => void) => () => void,
): Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = (command: Command) => {
    const hay = `${command.label} ${command.words ?? ''}`.toLowerCase()
    return words.every(word => hay.includes(word))
  }
  return commands
    .filter(command => (selection || !command.needsSelection) && fits(command))
    .toSorted((one, other) => Number(other.needsSelection ?? false) - Number(one.needsSelection ?? false))
    .map(command => ({
      id: command.id,
      group:
        command.needsSelection && selection ? selection.label : (command.group ?? t('ui.palette.commands')),
      label: command.label,
      ...(command.keys ? { keys: command.keys } : {}),
      act: leave(() => command.run(selection)),
    }))
}
