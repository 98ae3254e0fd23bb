import { Modal, Switch, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useAllCommands } from './commands.ts'
import { KeysOf } from './Palette.tsx'
import { setSingleKeys, singleKeysOn } from './shortcuts.ts'

const everywhere: readonly [string, string][] = [
  ['Ctrl K', 'ui.keys.palette'],
  ['/', 'ui.keys.search'],
  ['?', 'ui.keys.help'],
  ['Esc', 'ui.keys.back'],
  ['↑ ↓', 'ui.keys.move'],
  ['Enter', 'ui.keys.open'],
  ['Space', 'ui.keys.mark'],
]

export function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [on, setOn] = useState(singleKeysOn)
  const commands = useAllCommands().filter(command => command.keys)
  const lines: [string, string][] = [
    ...everywhere.map(([keys, label]): [string, string] => [keys, t(label)]),
    ...commands.map((command): [string, string] => [command.keys ?? '', command.label]),
  ]
  return (
    <Modal opened={opened} onClose={onClose} title={t('ui.keys.title')}>
      <Table verticalSpacing={6} withRowBorders={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('ui.keys.key')}</Table.Th>
            <Table.Th>{t('ui.keys.does')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(([keys, label]) => (
            <Table.Tr key={`${keys}${label}`}>
              <Table.Td w={120}>
                <KeysOf keys={keys} />
              </Table.Td>
              <Table.Td>{label}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Switch
        mt="md"
        label={t('ui.keys.single')}
        checked={on}
        onChange={event => {
          setSingleKeys(event.currentTarget.checked)
          setOn(event.currentTarget.checked)
        }}
      />
      <Text size="sm" c="dimmed" mt={4}>
        {t('ui.keys.singleWhy')}
      </Text>
    </Modal>
  )
}
