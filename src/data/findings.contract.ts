import { z } from 'zod'
import { endpoint } from '../core/endpoint.ts'
import { id, page, text } from '../core/text.ts'

/** What an import ends on: what is worth knowing of the data as they are now, each with its number and its rows. */
export const findings = [
  'duplicates',
  'reviews',
  'joinable',
  'unreachable',
  'do_not_contact',
  'silent',
  'never_heard',
  'unhappy',
  'concentration',
  'email_typos',
  'phones',
  'odd_dates',
  'empty_fields',
  'unmapped_columns',
] as const
export type FindingId = (typeof findings)[number]

/** Those whose rows are a list of their own, because no filter can say them. */
export const listedFindings = [
  'duplicates',
  'joinable',
  'unhappy',
  'concentration',
  'email_typos',
  'phones',
] as const
export type ListedFinding = (typeof listedFindings)[number]

const permission = 'imports.run'
const tag = 'Imports'

export const Finding = z.object({
  id: z.enum(findings),
  /** How many rows; null where the reader's role may not see what it is about. */
  count: z.int().nullable(),
  /** False: at least so many. */
  exact: z.boolean(),
  /** The filter of people that gives exactly these rows; null where they are a list of their own. */
  filter: z.string().nullable(),
  /** Of concentration: what these customers bought, of all, and how many customers bought at all. */
  money: z
    .object({ amount_minor: z.number(), of_minor: z.number(), currency: z.string(), customers: z.int() })
    .nullable(),
  /** Fields or columns, where it is about those; a column has the one name that the file gives it. */
  parts: z.array(
    z.object({ label: z.record(z.string(), z.string()), count: z.int(), filter: z.string().nullable() }),
  ),
})
export type Finding = z.output<typeof Finding>

export const getFinding = endpoint({
  id: 'findings.get',
  method: 'GET',
  path: '/api/findings',
  summary: 'See one thing worth knowing of the data, with its number',
  description:
    'What every import ends on: likely duplicates, people without an address, silent and unhappy customers, addresses with a typing error and so on. `unmapped_columns` is of one import.',
  tag,
  permission,
  query: z.strictObject({ finding: z.enum(findings), import_id: id().optional() }),
  ok: Finding,
})

export const FindingRow = z.object({
  id: z.string(),
  name: z.string().nullable(),
  /** The other person of a pair, or the company that would be joined. */
  other: z
    .object({ kind: z.enum(['person', 'company']), id: z.string(), name: z.string().nullable() })
    .nullable(),
  /** Of a pair: what is the same. */
  reason: z.enum(['email', 'phone', 'name_company']).nullable(),
  /** The value that it is about. */
  value: z.string().nullable(),
  /** What the value was probably meant to be. */
  suggestion: z.string().nullable(),
  score: z.number().nullable(),
  /** From −1 to 1. */
  feeling: z.number().nullable(),
  at: z.string().nullable(),
  amount_minor: z.number().nullable(),
  currency: z.string().nullable(),
})
export type FindingRow = z.output<typeof FindingRow>

export const listFindingRows = endpoint({
  id: 'findings.rows',
  method: 'GET',
  path: '/api/findings/rows',
  summary: 'List the rows of a finding that no filter can say',
  tag,
  permission,
  query: z.strictObject({
    finding: z.enum(listedFindings),
    limit: z.coerce.number().int().min(1).max(200).default(60),
    after: text(12).optional(),
  }),
  ok: page(FindingRow),
})
