import { expect, test } from 'vitest'
import type { Sentence } from '../../../core/text-sentence.ts'
import { startStrings, tell } from '../../../core/web/i18n.ts'
import type { Catalogue, CatalogueField } from '../../catalogue.contract.ts'
import { checkFilter } from '../../filter-check.contract.ts'
import { parseFilter } from '../../filter-parse.contract.ts'

const field = (key: string, label: CatalogueField['label'], type: CatalogueField['type']) => ({
  key,
  label,
  type,
  privacy_class: 'internal' as const,
  required: false,
  read_only: false,
  searchable: false,
  unique: false,
  sortable: true,
  filterable: true,
})
const catalogue: Catalogue = new Map([
  [
    'person',
    {
      name: 'person',
      plural: 'people',
      path: '/people',
      label: { one: { en: 'Person' }, many: { en: 'People' } },
      title: 'name',
      fields: [field('job_title', { en: 'Job title' }, 'text'), field('vip', { en: 'Important' }, 'boolean')],
      relations: [],
    },
  ],
])

/** What is wrong with the filter: as a reply tells whoever uses the API, and as a page tells its reader. */
function problemOf(filter: string): { text: string; page: string } {
  const checked = checkFilter(catalogue, 'person', parseFilter(filter), {
    time_zone: 'UTC',
    now: new Date(),
    member_id: null,
  })
  if (!('problems' in checked) || !checked.problems[0]) throw new Error(`${filter} was taken`)
  const { message } = checked.problems[0]
  const travelled = JSON.parse(JSON.stringify({ code: message.code, params: message.params })) as Sentence
  return { text: message.text, page: tell(travelled, message.text) }
}

test('a page names a field as its reader knows it, a reply as requests write it', () => {
  startStrings('en', {})
  expect(problemOf('vip > 3')).toEqual({
    text: '"vip" does not take ">". It takes: =, !=, is empty, is not empty.',
    page: '"Important" does not take ">". It takes: =, !=, is empty, is not empty.',
  })
  expect(problemOf('job_title = ""')).toEqual({
    text: '"job_title": expected a text; to find empty fields write "is empty".',
    page: '"Job title": expected a text; to find empty fields write "is empty".',
  })
})

test('a kind within an English sentence is written small, also on a page', () => {
  startStrings('en', {})
  const { text, page } = problemOf('colour = "red"')
  expect(page).toBe(text)
  expect(page).toMatch(/on people/)
})
