import { Anchor, Code, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Said } from '../../../core/text-sentence.ts'
import { t, tell } from '../../../core/web/i18n.ts'
import type { Catalogue } from '../../catalogue.contract.ts'
import { checkFilter } from '../../filter-check.contract.ts'
import { FilterSyntaxError } from '../../filter-lexer.contract.ts'
import { parseFilter } from '../../filter-parse.contract.ts'

const inWords = (said: Said | undefined) => said && tell(said, said.text)

/** What is wrong with the text, in words; nothing if it can be used. */
export function textProblem(catalogue: Catalogue, kind: string, text: string): string | undefined {
  if (text.trim() === '') return undefined
  try {
    const checked = checkFilter(catalogue, kind, parseFilter(text), {
      time_zone: 'UTC',
      now: new Date(),
      member_id: null,
    })
    return 'problems' in checked ? inWords(checked.problems[0]?.message) : undefined
  } catch (error) {
    if (error instanceof FilterSyntaxError) return inWords(error.said)
    throw error
  }
}

interface FilterTextProps {
  catalogue: Catalogue
  kind: string
  value: string
  onChange: (text: string) => void
}

const examples = [
  'name contains "ann"',
  'created_at >= today - 30 days',
  'not email is empty and (country in ("DE", "AT"))',
]

/** The filter as text: Enter uses it, and what cannot be read is said with its place. */
export function FilterText({ catalogue, kind, value, onChange }: FilterTextProps) {
  const [draft, setDraft] = useState<string>()
  const text = draft ?? value
  const problem = textProblem(catalogue, kind, text)
  const apply = (next: string) => {
    if (textProblem(catalogue, kind, next) !== undefined) return
    setDraft(undefined)
    onChange(next.trim())
  }
  return (
    <Stack gap={6}>
      <Textarea
        label={t('records.filter.text')}
        description={t('records.filter.textHint')}
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={text}
        error={problem}
        onChange={event => setDraft(event.currentTarget.value)}
        onBlur={() => draft !== undefined && apply(draft)}
        onKeyDown={event => {
          if (event.key !== 'Enter' || event.shiftKey) return
          event.preventDefault()
          apply(text)
        }}
      />
      <Group gap="xs">
        <Text size="xs" c="dimmed">
          {t('records.filter.examples')}
        </Text>
        {examples.map(example => (
          <Anchor key={example} component="button" type="button" size="xs" onClick={() => setDraft(example)}>
            <Code>{example}</Code>
          </Anchor>
        ))}
      </Group>
    </Stack>
  )
}
