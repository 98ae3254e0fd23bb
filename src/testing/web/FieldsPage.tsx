import { Stack } from '@mantine/core'
import { useState } from 'react'
import { ApiError } from '../../core/web/api-error.ts'
import { InlineField } from '../../ui/field/InlineField.tsx'
import type { FieldValue } from '../../ui/field/kinds.ts'
import { Page } from '../../ui/Page.tsx'
import { Phone } from '../../ui/values.tsx'

const options = [
  { value: 'gold', label: 'Gold' },
  { value: 'silver', label: 'Silver' },
]

const first: Record<string, FieldValue> = {
  name: 'Ada',
  email: 'ada@example.com',
  phone: '+493012345678',
  age: 36,
  worth: 123_450,
  born_on: '1990-12-10',
  tier: 'gold',
  tags: ['gold'],
  notes: 'Two\nlines',
  active: true,
  site: 'example.com',
  seen_at: '2026-03-02T09:00:00.000Z',
  refused: 'as it was',
  empty: null,
}

export function FieldsPage() {
  const [values, setValues] = useState(first)
  const field = (key: string) => ({
    label: key,
    value: values[key] ?? null,
    onCommit: async (value: FieldValue) => {
      if (key === 'refused')
        throw new ApiError({ status: 409, code: 'conflict', detail: 'Someone else has it.' })
      setValues({ ...values, [key]: value })
    },
  })
  return (
    <Page title="Fields" layout="narrow">
      <Stack gap={4}>
        <InlineField kind="text" required {...field('name')} />
        <InlineField kind="email" {...field('email')} />
        <InlineField kind="phone" {...field('phone')} />
        <InlineField kind="number" unit="years" {...field('age')} />
        <InlineField kind="money" currency="EUR" {...field('worth')} />
        <InlineField kind="date" {...field('born_on')} />
        <InlineField kind="date_time" {...field('seen_at')} />
        <InlineField kind="option" options={options} {...field('tier')} />
        <InlineField kind="options" options={options} {...field('tags')} />
        <InlineField kind="long_text" {...field('notes')} />
        <InlineField kind="boolean" {...field('active')} />
        <InlineField kind="url" {...field('site')} />
        <InlineField kind="text" {...field('refused')} />
        <InlineField kind="text" {...field('empty')} />
        <InlineField kind="text" readOnly {...field('name')} label="read only" />
        <InlineField kind="phone" readOnly {...field('phone')} label="fixed phone" />
        <p>
          Dial <Phone value="+442079460958" link />
        </p>
      </Stack>
    </Page>
  )
}
