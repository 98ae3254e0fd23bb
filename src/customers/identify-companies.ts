import type { Ctx } from '../core/ctx.ts'
import { companiesOf } from './company-mentions.ts'
import type { RawIdentifier } from './identifiers.ts'
import { identifyPeople } from './identify.ts'
import { normalForm } from './normal-form.ts'
import type { Traits } from './traits.ts'

export interface CompanySighting {
  group_id: string
  traits?: Traits
  at: Date
  /** Of the person who belongs to it, if any was seen. */
  identifiers: RawIdentifier[]
  evidence?: unknown
}

export interface CompanyOutcome {
  company_id: string | null
  person_id: string | null
  reason?: string
}

/** group(): the company comes to be or learns its traits, and the person who was seen becomes one of its people. */
export async function identifyCompanies(
  ctx: Ctx,
  items: readonly CompanySighting[],
): Promise<CompanyOutcome[]> {
  const unusable = items.map(item => {
    const form = normalForm('group_id', item.group_id)
    if ('unusable' in form) return form.unusable
    return Number.isNaN(item.at.getTime()) ? 'absurd_time' : undefined
  })
  const companies = await companiesOf(
    ctx,
    items.map((item, index) => ({
      mention:
        unusable[index] === undefined ? { group_id: item.group_id, traits: item.traits ?? {} } : undefined,
      at: item.at.getTime(),
    })),
  )
  const people = await identifyPeople(
    ctx,
    items.map((item, index) => ({
      identifiers: unusable[index] === undefined ? item.identifiers : [],
      at: item.at,
      rule: 'group',
      evidence: item.evidence,
      ...(companies[index] === undefined ? {} : { company_id: companies[index] }),
    })),
  )
  return items.map((_item, index) => {
    const reason = unusable[index]
    return {
      company_id: companies[index] ?? null,
      person_id: people[index]?.person_id ?? null,
      ...(reason === undefined ? {} : { reason }),
    }
  })
}
