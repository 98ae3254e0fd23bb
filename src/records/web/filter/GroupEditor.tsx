import { ActionIcon, Button, Group, Select, Stack, Text, Tooltip } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { isSaid } from '../../../core/text-sentence.ts'
import { t } from '../../../core/web/i18n.ts'
import { type Catalogue, resolvePath } from '../../catalogue.contract.ts'
import {
  type Choice,
  choiceKey,
  choicesFor,
  type DraftCondition,
  type DraftGroup,
  type DraftPart,
  emptyCondition,
  emptyGroup,
  isGroup,
  withChoice,
  withField,
} from './draft.ts'
import { FieldPicker } from './FieldPicker.tsx'
import classes from './FilterEditor.module.css'
import { ValueInput } from './ValueInput.tsx'

interface GroupEditorProps {
  catalogue: Catalogue
  kind: string
  group: DraftGroup
  depth: number
  onChange: (group: DraftGroup) => void
  onRemove?: () => void
}

const deepest = 3

export function GroupEditor({ catalogue, kind, group, depth, onChange, onRemove }: GroupEditorProps) {
  const setPart = (index: number, part: DraftPart | undefined) =>
    onChange({
      ...group,
      parts: part
        ? group.parts.map((one, place) => (place === index ? part : one))
        : group.parts.filter((_, place) => place !== index),
    })
  const add = (part: DraftPart) => onChange({ ...group, parts: [...group.parts, part] })
  return (
    <div className={classes.group} data-depth={depth} role="group" aria-label={t('records.filter.group')}>
      <Stack gap={6}>
        {(group.parts.length > 1 || depth > 0) && (
          <GroupHead group={group} onChange={onChange} onRemove={onRemove} />
        )}
        {group.parts.map((part, index) =>
          isGroup(part) ? (
            <GroupEditor
              key={part.id}
              catalogue={catalogue}
              kind={kind}
              group={part}
              depth={depth + 1}
              onChange={next => setPart(index, next)}
              onRemove={() => setPart(index, undefined)}
            />
          ) : (
            <ConditionRow
              key={part.id}
              catalogue={catalogue}
              kind={kind}
              condition={part}
              onChange={next => setPart(index, next)}
              onRemove={() => setPart(index, undefined)}
            />
          ),
        )}
        <Group gap={6}>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => add(emptyCondition())}
          >
            {t('records.filter.addCondition')}
          </Button>
          {depth < deepest && (
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconPlus size={14} />}
              onClick={() => add(emptyGroup(!group.all))}
            >
              {t('records.filter.addGroup')}
            </Button>
          )}
        </Group>
      </Stack>
    </div>
  )
}

function GroupHead({
  group,
  onChange,
  onRemove,
}: {
  group: DraftGroup
  onChange: (group: DraftGroup) => void
  onRemove: (() => void) | undefined
}) {
  const choice = `${group.negated ? 'not_' : ''}${group.all ? 'all' : 'any'}`
  return (
    <Group gap={6} justify="space-between" wrap="nowrap">
      <Group gap={6} wrap="nowrap">
        <Select
          size="xs"
          w={130}
          aria-label={t('records.filter.joined')}
          data={['all', 'any', 'not_all', 'not_any'].map(value => ({
            value,
            label: t(`records.filter.join.${value}`),
          }))}
          value={choice}
          allowDeselect={false}
          onChange={next =>
            onChange({
              ...group,
              all: next?.endsWith('all') ?? true,
              negated: next?.startsWith('not_') ?? false,
            })
          }
        />
        <Text size="xs" c="dimmed">
          {t('records.filter.ofThese')}
        </Text>
      </Group>
      {onRemove && <Remove label={t('records.filter.removeGroup')} onClick={onRemove} />}
    </Group>
  )
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} variant="subtle" size="md" onClick={onClick}>
        <IconTrash size={15} />
      </ActionIcon>
    </Tooltip>
  )
}

interface ConditionRowProps {
  catalogue: Catalogue
  kind: string
  condition: DraftCondition
  onChange: (condition: DraftCondition) => void
  onRemove: () => void
}

function ConditionRow({ catalogue, kind, condition, onChange, onRemove }: ConditionRowProps) {
  const resolved = resolvePath(catalogue, kind, condition.field)
  const field = isSaid(resolved) ? undefined : resolved.field
  const choices: Choice[] = field ? choicesFor(field.type) : []
  const isDate = field?.type === 'date' || field?.type === 'date_time'
  const nameOf = (key: string) => t(`records.filter.${isDate ? 'dateOp' : 'op'}.${key}`)
  return (
    <div className={classes.condition}>
      <FieldPicker
        catalogue={catalogue}
        kind={kind}
        value={condition.field}
        onChange={path => onChange(withField(catalogue, kind, condition, path))}
      />
      <Select
        size="xs"
        aria-label={t('records.filter.operator')}
        data={choices.map(({ key }) => ({ value: key, label: nameOf(key) }))}
        value={field ? choiceKey(condition.op, condition.negated) : null}
        disabled={!field}
        allowDeselect={false}
        onChange={key => {
          const choice = choices.find(one => one.key === key)
          if (choice) onChange(withChoice(condition, choice))
        }}
      />
      <div className={classes.value}>
        {field && (
          <ValueInput
            field={field}
            op={condition.op}
            value={condition.value}
            onChange={value => onChange({ ...condition, value })}
          />
        )}
      </div>
      <Remove label={t('records.filter.removeCondition')} onClick={onRemove} />
    </div>
  )
}
